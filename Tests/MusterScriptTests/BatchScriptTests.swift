import Foundation
import MusterCore
import MusterScript
import MusterSlurm
import Testing

@Suite struct BatchScriptTests {
    private let shipped = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "templates/slurm.sh.stencil")

    private func script(folder: String, agents: Int = 1, size: Int = 0, modules: [String] = []) throws -> String {
        var options = SbatchOptions()
        options.jobName = "muster.r1"
        options.cpusPerTask = 4
        options.nodes = agents > 1 ? agents : nil
        options.memory = .perNode(mebibytes: 512)
        let template = try ScriptTemplate(text: String(contentsOf: shipped, encoding: .utf8), file: "slurm.sh")
        return try BatchScript(
            run: "r1", options: options, folder: folder, agent: "/opt/it's/agent", slots: 2, size: size, agents: agents,
            modules: modules,
            prologue: "export SITE=1"
        ).render(template)
    }

    @Test func theShippedTemplateStartsTheAgentByExec() throws {
        let text = try script(folder: "/runs/r1", modules: ["cuda/12"])
        #expect(text.hasPrefix("#!/bin/bash\n#SBATCH --job-name=muster.r1\n"))
        #expect(text.contains("#SBATCH --mem=512M\n"))
        #expect(text.contains("\nexport SITE=1\n"))
        #expect(text.contains("module load cuda/12"))
        #expect(text.contains("exec '/opt/it'\\''s/agent' run --run-folder /runs/r1 --slots 2 \"$@\""))
        #expect(!text.contains("srun"))
        #expect(try script(folder: "/r", agents: 2).contains("exec srun"))
        #expect(try script(folder: "/r", size: 3).contains(" --slots 2 --size 3 \"$@\""))
    }

    @Test func aTemplateMayExtendTheShippedOne() throws {
        let base = try String(contentsOf: shipped, encoding: .utf8)
        let own = """
            {% extends "slurm.sh" %}
            {% block site %}
            ulimit -n 65536
            {{ block.super }}
            {% endblock %}
            """
        let template = try ScriptTemplate(text: own, file: "mine.stencil") {
            $0 == "slurm.sh" ? (base, "slurm.sh") : nil
        }
        #expect(template.uses("size"))
        let text = try BatchScript(
            run: "r", options: SbatchOptions(), folder: "/r", agent: "/a", slots: 1, prologue: "export SITE=1"
        ).render(template)
        #expect(text.hasPrefix("#!/bin/bash\n"))
        let limit = try #require(text.range(of: "ulimit -n 65536"))
        let site = try #require(text.range(of: "export SITE=1"))
        let start = try #require(text.range(of: "exec /a run"))
        #expect(limit.upperBound < site.lowerBound && site.upperBound < start.lowerBound, "\(text)")
    }

    @Test(arguments: [
        ("{% extends \"none\" %}", "no script template 'none' to extend"),
        ("{% extends \"self\" %}", "extends itself"),
        ("{% extends \"slurm.sh\" %}\n{% block site %}{{ prolog }}{% endblock %}", "did you mean 'prologue'?"),
    ]) func whatCantBeExtendedIsNamed(text: String, words: String) throws {
        let base = try String(contentsOf: shipped, encoding: .utf8)
        #expect {
            try ScriptTemplate(text: text, file: "x") { ["slurm.sh": (base, "b"), "self": (text, "x")][$0] }
        } throws: { error in
            (error as? ScriptTemplateError)?.diagnostics.contains { $0.text.contains(words) } ?? false
        }
    }

    @Test(arguments: ["/runs/a b", "/runs/$(touch x)", "/runs/`id`", "/runs/it's", "/runs/-x;y", "/runs/ü"])
    func hostileFoldersStayOneWordAndTheScriptIsBash(folder: String) throws {
        let text = try script(folder: folder)
        let bash = Process()
        bash.executableURL = URL(filePath: "/bin/bash")
        bash.arguments = ["-n"]
        let pipe = Pipe()
        bash.standardInput = pipe
        try bash.run()
        try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try pipe.fileHandleForWriting.close()
        bash.waitUntilExit()
        #expect(bash.terminationStatus == 0)
    }

    @Test func anUnknownNameInATemplateIsAnErrorWithItsPlace() {
        do {
            _ = try ScriptTemplate(text: "#!/bin/sh\necho {{ run }} {{ agnet }}\n", file: "t")
            Issue.record("accepted")
        } catch {
            #expect(error.diagnostics[0].text.hasPrefix("t:2:19: error: unknown name 'agnet'; did you mean 'agent'?"))
        }
    }
}
