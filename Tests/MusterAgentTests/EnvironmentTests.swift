import Foundation
import MusterCore
import Testing

/// What is set up before a stage's program, with stand-ins for the sites' own programs.
@Suite struct EnvironmentTests {
    private func tool(_ bench: AgentBench, _ name: String, _ text: String) throws {
        let path = "\(bench.root)/bin/\(name)"
        try bench.put(path, "#!/bin/bash\n" + text)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    private func run(_ environment: ProgramEnvironment, in bench: AgentBench, _ variables: [String: String] = [:])
        throws
    {
        bench.stage("s", shell: "echo \"$TRACE\" > seen", environment: environment)
        bench.job("a b")
        try bench.write(blocks: [[0]])
        let path = "\(bench.root)/bin:/usr/bin:/bin"
        try bench.run(environment: ["PATH": path].merging(variables) { $1 })
    }

    @Test func `modules are loaded by the site's own function`() throws {
        let bench = try AgentBench()
        try bench.put(bench.root + "/lmod/init/bash", "module() { TRACE=\"$TRACE[$*]\"; export TRACE; }\n")
        try run(ProgramEnvironment(modules: ["cuda/12", "a'b"]), in: bench, ["LMOD_PKG": bench.root + "/lmod"])
        #expect(bench.text(bench.output("a b") + "/seen") == "[load cuda/12][load a'b]\n")
    }

    @Test func `a module that can't be loaded fails the stage with its name`() throws {
        let bench = try AgentBench()
        try bench.put(bench.root + "/lmod/init/bash", "module() { return 1; }\n")
        try run(ProgramEnvironment(modules: ["nope/1"]), in: bench, ["LMOD_PKG": bench.root + "/lmod"])
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.exitCode == 125)
        #expect(ending.tail?.contains("module load nope/1") == true)
    }

    @Test func `conda is activated through its own hook`() throws {
        let bench = try AgentBench()
        let hook = "conda() { export TRACE=\"$*\"; }"
        try tool(bench, "myconda", "[ \"$*\" = 'shell.bash hook' ] && echo '\(hook)'")
        try run(ProgramEnvironment(conda: "my env"), in: bench, ["CONDA_EXE": bench.root + "/bin/myconda"])
        #expect(bench.text(bench.output("a b") + "/seen") == "activate my env\n")
    }

    @Test func `a container gets GPUs, folders and the words as they are`() throws {
        let bench = try AgentBench()
        try tool(
            bench, "apptainer",
            "export TRACE=\"$*\"; while [ \"$1\" != /img/x.sif ]; do shift; done; shift; exec \"$@\"")
        bench.resources.gpus = 1
        try run(ProgramEnvironment(container: "/img/x.sif"), in: bench)
        let seen = try #require(bench.text(bench.output("a b") + "/seen"))
        let attempt = "\(bench.root)/out/.a b.attempt.r1.0.0"
        #expect(seen.hasPrefix("exec --nv --bind \(attempt) --bind \(bench.root)/scenes/a b "), "\(seen)")
        #expect(seen.contains("--pwd \(attempt) /img/x.sif /bin/bash -c"))
    }
}
