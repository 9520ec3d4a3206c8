import Glibc
import MusterCore

/// The folder of claims: what is claimed, and making claims that only one process can win.
final class ClaimFiles {
    private let paths: RunPaths
    private let me: ClaimHolder
    private var levels: [String: Int] = [:]
    private var listed: (changed: Int64, at: Int64)?
    private static let pause: Int64 = 20_000
    private var nextLook: Int64 = 0
    /// Claims as they were read since the last look, by their paths.
    private var read: [String: ClaimHolder] = [:]

    /// Makes the file that all claims of this agent are links to.
    init(paths: RunPaths, me: ClaimHolder) throws(SystemError) {
        self.paths = paths
        self.me = me
        try Files.makeFolders(paths.claims)
        try Files.replace(seed, with: me.json.bytes)
    }

    /// Removes that file; the claims stay.
    func close() { unlink(seed) }

    private var seed: String { "\(paths.claims)/.\(me.source)" }

    private func path(_ block: String, _ level: Int) -> String {
        paths.claim(block: block, restart: level == 0 ? nil : level)
    }

    /// Reads the folder again, fifty times a second at most: jobs may be shorter than that.
    ///
    /// Unless `always`, a folder whose time of change is the same as at the last look, and
    /// was three seconds old then, is not read: on a shared file system that is most of the cost of looking.
    func refresh(always: Bool) {
        let moment = Machine.monotonic
        guard moment >= nextLook else { return }
        nextLook = moment + Self.pause
        read = [:]
        let changed = Files.status(paths.claims).map {
            Int64($0.st_mtim.tv_sec) * 1_000_000 + Int64($0.st_mtim.tv_nsec) / 1000
        }
        if !always, let listed, let changed, listed.changed == changed, listed.at > changed + 3_000_000 { return }
        let now = Machine.now.microseconds
        guard let names = Files.names(in: paths.claims) else { return }
        levels = [:]
        for name in names {
            guard let claim = Claims.parse(fileName: name) else { continue }
            levels[claim.block] = max(levels[claim.block] ?? 0, claim.level)
        }
        listed = changed.map { ($0, now) }
    }

    /// What may be done about `block`, by the last ``refresh(always:)`` and the content of its highest claim.
    func decide(_ block: String) -> Claims.Decision {
        let level = levels[block]
        return Claims.decide(level: level, holder: level.flatMap { holder(block, $0) }, me: me) {
            $0.isGone(observer: me.process ?? $0, startOf: Machine.start(of:))
        }
    }

    /// Who made the claim of `level`; nil when there is none or it can't be read.
    func holder(_ block: String, _ level: Int) -> ClaimHolder? {
        let path = path(block, level)
        if let known = read[path] { return known }
        let holder = Files.json(path).flatMap(ClaimHolder.init(json:))
        read[path] = holder
        return holder
    }

    /// Those who held `block` below `level`.
    func predecessors(_ block: String, below level: Int) -> [ClaimHolder] {
        (0..<level).compactMap { holder(block, $0) }
    }

    /// Why this agent no longer holds `block`; nil while it does.
    func loss(of block: String, level: Int) -> String? {
        if let highest = levels[block], highest > level {
            let other = holder(block, highest)
            return
                "\(other.map { "element \($0.element), restart \($0.restart) on \($0.node)" } ?? "another agent") took it over"
        }
        guard let holder = holder(block, level) else {
            // A file system that does not answer for a moment has not taken the claim away.
            return Files.isMissing(path(block, level)) ? "the claim was removed" : nil
        }
        return holder.source == me.source ? nil : "the claim names another agent"
    }

    /// Makes the claim; false when somebody else was first.
    ///
    /// A link(2) whose answer was lost (NFS) reports that the name is there: so the content decides.
    func take(_ block: String, level: Int) throws(SystemError) -> Bool {
        let target = path(block, level)
        if link(seed, target) == 0 {
            levels[block] = level
            return true
        }
        switch errno {
        case EEXIST: break
        case EPERM, ENOTSUP, ENOSYS, EMLINK:
            if try create(target) {
                levels[block] = level
                return true
            }
        default: throw .last("link", target)
        }
        levels[block] = max(levels[block] ?? 0, level)
        return holder(block, level)?.source == me.source
    }

    private func create(_ target: String) throws(SystemError) -> Bool {
        let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw .last("open", target) }
            return false
        }
        defer { Glibc.close(descriptor) }
        try Files.writeAll(descriptor, me.json.bytes, target)
        return true
    }
}
