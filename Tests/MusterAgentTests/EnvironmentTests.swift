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

    /// A batch job gets the functions that its user's login shell exported.
    @Test func `a module function that the environment brings is used`() throws {
        let bench = try AgentBench()
        try run(
            ProgramEnvironment(modules: ["gcc"]), in: bench,
            ["BASH_FUNC_module%%": "() {  TRACE=\"exported $*\"; export TRACE\n}", "LMOD_PKG": "/nowhere"])
        #expect(bench.text(bench.output("a b") + "/seen") == "exported load gcc\n")
    }

    @Test func `a module that can't be loaded fails the stage with its name`() throws {
        let bench = try AgentBench()
        try bench.put(bench.root + "/lmod/init/bash", "module() { echo 'Lmod: unknown' >&2; return 1; }\n")
        try run(ProgramEnvironment(modules: ["nope/1"]), in: bench, ["LMOD_PKG": bench.root + "/lmod"])
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == .failed && ending.exitCode == 125)
        #expect(ending.cause == "stage 's': its environment can't be set up: module load nope/1")
        #expect(ending.tail?.contains("Lmod: unknown") == true)
    }

    @Test func `conda is activated through its own hook`() throws {
        let bench = try AgentBench()
        let hook = "conda() { export TRACE=\"$*\"; }"
        try tool(bench, "myconda", "[ \"$*\" = 'shell.bash hook' ] && echo '\(hook)'")
        try run(ProgramEnvironment(conda: "my env"), in: bench, ["CONDA_EXE": bench.root + "/bin/myconda"])
        #expect(bench.text(bench.output("a b") + "/seen") == "activate my env\n")
    }

    /// As installers leave it: the program is in nobody's PATH, its shell function in a file beside.
    @Test(arguments: ["miniforge3", "miniconda3", "anaconda3"])
    func `conda is found where installers put it`(base: String) throws {
        let bench = try AgentBench()
        try tool(bench, "../home/\(base)/bin/conda", "echo 'asked for a hook, which is slow' >&2; exit 1")
        try bench.put(
            "\(bench.root)/home/\(base)/etc/profile.d/conda.sh",
            "conda() { [ \"$2\" = there ] || return 1; export TRACE=\"\(base) $*\"; }\n")
        try run(ProgramEnvironment(conda: "there"), in: bench, ["HOME": bench.root + "/home"])
        #expect(bench.text(bench.output("a b") + "/seen") == "\(base) activate there\n")
    }

    @Test(arguments: [
        (ProgramEnvironment(conda: "x"), "conda was not found: set CONDA_EXE or put conda into PATH"),
        (ProgramEnvironment(modules: ["x"]), "this node has no 'module' command"),
        (ProgramEnvironment(container: "x.sif"), "neither apptainer nor singularity is in PATH"),
        (ProgramEnvironment(venv: "/nowhere"), "/nowhere/bin/activate"),
    ]) func `what a node does not have is named`(environment: ProgramEnvironment, words: String) throws {
        let bench = try AgentBench()
        try run(environment, in: bench, ["HOME": bench.root])
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == .failed)
        #expect(ending.cause == "stage 's': its environment can't be set up: \(words)")
    }

    @Test func `folders may be named from the home folder, and relative ones lie below the attempt's`() throws {
        let bench = try AgentBench()
        try bench.put(bench.root + "/home/venv/bin/activate", "export TRACE=entered\n")
        bench.stage("make", shell: "mkdir sub")
        bench.stage(
            "below", shell: "echo $TRACE $PWD > \"$MUSTER_OUT/below\"",
            environment: ProgramEnvironment(cwd: "sub", venv: "~/venv"))
        bench.stage(
            "home", shell: "echo $KIND $PWD > \"$MUSTER_OUT/home\"",
            environment: ProgramEnvironment(cwd: "~/{scene.name}", variables: [.init("KIND", "{stage.name}-{run.id}")]))
        bench.job("a b")
        try FileManager.default.createDirectory(atPath: bench.root + "/home/a b", withIntermediateDirectories: true)
        try bench.write(blocks: [[0]])
        try bench.run(environment: ["HOME": bench.root + "/home"])
        let output = bench.output("a b")
        #expect(bench.text(output + "/below") == "entered \(bench.root)/out/.a b.attempt.r1.0.0/sub\n")
        #expect(bench.text(output + "/home") == "home-r1 \(bench.root)/home/a b\n")
    }

    @Test func `a working folder that is not there is named`() throws {
        let bench = try AgentBench()
        try run(ProgramEnvironment(cwd: "/no/such/folder"), in: bench)
        let cause = try #require(bench.endings.first?.ending.cause)
        #expect(cause.contains("'/no/such/folder'") && cause.contains("No such file"), "\(cause)")
    }

    @Test func `all of them together are set up in order and variables reach them`() throws {
        let bench = try AgentBench()
        try bench.put(bench.root + "/lmod/init/bash", "module() { export TRACE=\"$SITE:$2\"; }\n")
        try tool(bench, "conda", "echo 'conda() { export TRACE=\"$TRACE $2\"; }'")
        try bench.put(bench.root + "/venv/bin/activate", "export TRACE=\"$TRACE venv\"\n")
        try tool(
            bench, "singularity",
            "TRACE=\"$TRACE in\"; while [ \"$1\" != img ]; do shift; done; shift; exec \"$@\"")
        try run(
            ProgramEnvironment(
                variables: [.init("SITE", "hpc")], modules: ["m"], conda: "c", venv: bench.root + "/venv",
                container: "img"), in: bench, ["LMOD_PKG": bench.root + "/lmod", "container": "oci"])
        #expect(bench.text(bench.output("a b") + "/seen") == "hpc:m c venv in\n")
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
