import Glibc
import MusterCore

/// The claims of a run as one agent sees and makes them.
struct ClaimBoard {
    let paths: RunPaths
    let own: Claim

    /// The latest claim of a block: the take-over with the highest count, else the first claim.
    func holder(of block: String) -> Claim? {
        let prefix = "\(block)+"
        let counts = Disk.names(in: paths.claims).filter { $0.hasPrefix(prefix) }.compactMap {
            Int($0.dropFirst(prefix.count))
        }
        return Disk.json(paths.claim(block: block, restart: counts.max())).flatMap(Claim.init(json:))
    }

    /// Whether this agent still holds a block.
    func holds(_ block: String) -> Bool { holder(of: block)?.source == own.source }

    /// How a block came to this agent.
    enum Taken {
        /// Nobody had it before.
        case first
        /// It was taken over from this holder.
        case after(Claim?)
    }

    /// Tries to get a block; nil when it is somebody else's.
    func take(_ block: String) -> Taken? {
        let holder = holder(of: block)
        switch Claim.right(of: own, against: holder, isGone: Self.isGone) {
        case .none: return nil
        case .free: return write(own, to: paths.claim(block: block, restart: nil)) ? .first : nil
        case .takeOver(let count):
            var claim = own
            claim.restart = max(claim.restart, count)
            return write(claim, to: paths.claim(block: block, restart: count)) ? .after(holder) : nil
        }
    }

    /// A process of this machine that is gone for certain.
    private static func isGone(_ claim: Claim) -> Bool {
        guard claim.boot == Machine.boot else { return true }
        guard let facts = ProcessFacts(pid: claim.pid) else { return true }
        return facts.start != claim.start || facts.isZombie
    }

    /// Makes the file by a hard link, which fails when the name is taken and never shows a claim without content.
    private func write(_ claim: Claim, to path: String) -> Bool {
        let temporary = "\(paths.claims)/.\(own.source)"
        guard (try? Disk.replace(temporary, with: claim.json.bytes)) != nil else { return false }
        defer { unlink(temporary) }
        if link(temporary, path) == 0 { return true }
        guard errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS else { return false }
        let fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard fd >= 0 else { return false }
        defer { close(fd) }
        return (try? Disk.write(claim.json.bytes, to: fd)) != nil
    }
}
