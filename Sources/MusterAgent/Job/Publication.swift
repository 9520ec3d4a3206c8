import Glibc
import MusterCore

/// Moving a finished attempt to its final place.
enum Publication {
    /// What came of it.
    enum Result {
        /// The place was free, or held another version's result, which lies beside it now.
        case published
        /// Another attempt of the same job was first.
        case superseded
        /// Why it could not be.
        case refused(String)
    }

    /// Renames `folder` to `final`. rename(2) of a folder fails when the place is taken by anything but an empty
    /// folder, so of several attempts one wins.
    static func publish(folder: String, final: String, key: String, run: String) -> Result {
        var final = final
        while final.count > 1, final.hasSuffix("/") { final.removeLast() }
        for _ in 0..<8 {
            if rename(folder, final) == 0 { return .published }
            let code = errno
            guard code == ENOTEMPTY || code == EEXIST || code == ENOTDIR else {
                return .refused("can't move \(folder) to \(final): \(SystemError.words(code))")
            }
            guard let other = JobRecord(folder: final) else {
                return .refused(
                    "\(final) is there and was not made by muster; move it away or choose another output. "
                        + "The result lies in \(folder)")
            }
            if other.key == key, other.outcome == .succeeded { return .superseded }
            if let error = moveAside(final, run: run) { return .refused(error) }
        }
        return .refused("\(final) is made anew by somebody else again and again; the result lies in \(folder)")
    }

    /// Renames another version's result to `.NAME.old.RUN`, with a number behind it when that is taken too.
    private static func moveAside(_ final: String, run: String) -> String? {
        let slash = final.lastIndex(of: "/") ?? final.startIndex
        let base = "\(final[..<slash])/.\(final[final.index(after: slash)...]).old.\(run)"
        for number in 0..<1000 {
            let target = number == 0 ? base : "\(base).\(number)"
            if Files.exists(target) { continue }
            if rename(final, target) == 0 || errno == ENOENT { return nil }
            guard errno == ENOTEMPTY || errno == EEXIST else {
                return "can't move the old result \(final) to \(target): \(SystemError.words(errno))"
            }
        }
        return "too many old results beside \(final)"
    }
}
