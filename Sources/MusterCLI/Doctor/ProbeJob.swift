import Foundation
import MusterCore
import MusterScript
import MusterSlurm

/// The short job that looks at a node: rendered by the cluster's own template, with its modules and prologue, only that a
/// script of ours stands where the agent would.
struct ProbeJob {
    var cluster: ClusterSpec
    var name: String
    /// The examination's folder.
    var folder: String
    /// The agent's path there.
    var agent: String
    /// GPUs to ask for.
    var gpus: Int
    /// Where the node is to ring, on the client's machine and on the login node; nil where no way home needs it.
    var bell: Doorbell.Address?, relayBell: Doorbell.Address?

    /// Minutes after which Slurm ends it.
    static let minutes = 2
    static let memory = 128

    var probe: String { "\(folder)/probe" }

    /// Both scripts, as files below ``folder``.
    func files() throws -> [HostFile] {
        [
            HostFile(path: "job.sh", mode: 0o700, text: try batch()),
            HostFile(path: "probe", mode: 0o700, text: ProbeScript(job: self).text),
        ]
    }

    private func batch() throws -> String {
        var options = SbatchOptions()
        options.jobName = name
        options.partition = cluster.partition
        options.account = cluster.account
        options.cpusPerTask = 1
        options.memory = .perNode(mebibytes: Self.memory)
        options.timeLimit = .seconds(Self.minutes * 60)
        if gpus > 0 { options.gres = [SlurmGres(count: gpus)] }
        options.output = "\(folder)/job.out"
        options.requeue = false
        options.extra = cluster.slurm.filter { $0.name != "nodes" }.map { SbatchExtraOption($0.name, value: $0.value) }
        return try BatchScript(
            run: "doctor", options: options, folder: folder, agent: probe, slots: 1, modules: cluster.modules,
            prologue: cluster.prologue
        ).render(try TemplateFile.read(cluster.template, project: FileManager.default.currentDirectoryPath))
    }

    func submitWords() throws -> [String] { try Sbatch.arguments(script: "\(folder)/job.sh") }

    /// What the job has said so far, and what Slurm says of it.
    func lookScript(_ id: SlurmJobID) -> String {
        let show = Scontrol.showJob(id).map { ShellWord.quote($0) }.joined(separator: " ")
        return """
            cd -- \(ShellWord.quote(folder)) || exit 1
            if [ -e report ]; then cat report; fi
            echo "job=$(\(show) 2>/dev/null | head -n 1)"
            """
    }

    /// Compares the node's clock with the login node's: the job waits for the file `now` and answers at once.
    func clockScript() -> String {
        """
        cd -- \(ShellWord.quote(folder)) || exit 1
        a=$(date +%s.%N); : >now; n=0
        while [ ! -e time ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
        echo "before=$a"; echo "time=$(cat time 2>/dev/null)"; echo "after=$(date +%s.%N)"
        """
    }

    /// Ends the job by its name and waits until nothing of it runs, so that its folder can go.
    static func endScript(name: String) -> String {
        """
        u=$(id -un); scancel --user="$u" --name=\(name) 2>/dev/null
        n=0
        while [ $n -lt 60 ] && [ -n "$(squeue -h -u "$u" --name=\(name) -t PENDING,RUNNING,COMPLETING 2>/dev/null)" ]; do
          sleep 0.5; n=$((n+1))
          [ $n != 4 ] || scancel --user="$u" --name=\(name) 2>/dev/null
        done
        exit 0
        """
    }
}
