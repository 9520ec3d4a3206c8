import Foundation
import MusterCore
import MusterHistory

/// What runs on this machine need of it.
enum MachineFindings {
    /// Programs that the local backend starts.
    static let programs = ["bash", "setsid", "flock", "nproc"]

    static var script: String {
        """
        for p in \(programs.joined(separator: " ")); do command -v $p >/dev/null || echo "missing=$p"; done
        echo "cores=$(nproc)"
        sed -n 's/^MemTotal: *\\([0-9]*\\) kB/memory=\\1/p;s/^MemAvailable: *\\([0-9]*\\) kB/available=\\1/p' /proc/meminfo
        for d in /dev/nvidia[0-9]*; do [ -e "$d" ] && echo "device=$d"; done
        if command -v nvidia-smi >/dev/null; then timeout -s KILL 15 nvidia-smi -L 2>/dev/null | sed -n 's/^GPU/gpu=GPU/p'; fi
        echo "kernel=$(uname -r)"; echo "libc=$(getconf GNU_LIBC_VERSION 2>/dev/null)"
        if grep -q '^[0-9]*:[^:]*memory' /proc/self/cgroup; then echo "controller=v1"
        elif grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null; then echo "controller=v2"; fi
        exit 0
        """
    }

    static func all(_ answers: Answers, file: String) -> [Finding] {
        let missing = answers.all("missing")
        let programs: Finding =
            missing.isEmpty
            ? .ok(Self.programs.joined(separator: ", "))
            : .wrong(
                "missing: \(missing.joined(separator: ", "))",
                cure: "install them; on Debian: apt install bash util-linux coreutils")
        func size(_ key: String) -> String { answers.number(key).map { "\(ByteCount($0 << 10))" } ?? "?" }
        let cards = answers.all("gpu")
        let gpus = cards.isEmpty ? answers.all("device") : cards
        return [
            programs.named("programs"),
            .ok("\(answers["cores"] ?? "?")").named("cores"),
            .ok("\(size("memory")), \(size("available")) of it available").named("memory"),
            .ok(gpus.isEmpty ? "none" : "\(gpus.count): \(gpus[0])").named("GPUs"),
            NodeFindings(report: answers, file: file).system.named("system"),
            cgroup(answers).named("cgroup"),
        ]
    }

    private static func cgroup(_ answers: Answers) -> Finding {
        guard let version = answers["controller"] else {
            return .warning(
                "no memory controller is seen",
                cure: "a job that the kernel kills for want of memory shows as killed only; on a machine of your own "
                    + "boot with cgroup v2")
        }
        return .ok("\(version), with a memory controller")
    }
}

extension Check {
    /// This machine as the smallest cluster.
    static func machine(needs: [String]) -> [Check] {
        [
            Check("machine", needs: needs) { patient in
                MachineFindings.all(try await patient.ask(MachineFindings.script), file: patient.file)
            },
            Check("history") { _ in
                let path = "\(Places.state)/history.sqlite"
                guard FileManager.default.fileExists(atPath: path) else {
                    return [.ok("none yet, the first run makes it")]
                }
                do {
                    let runs = try RunRecord.openHistory().runs().count
                    return [.ok("\(runs) run\(runs == 1 ? "" : "s") in \(path)")]
                } catch let error as HistoryError {
                    return [
                        .wrong(
                            "\(error)", cure: "put \(path) aside, or name another folder: export MUSTER_STATE=FOLDER")
                    ]
                }
            },
        ]
    }
}
