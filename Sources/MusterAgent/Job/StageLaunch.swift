import Glibc
import MusterCore

/// The words, variables and folder that a stage's program is started with.
struct StageLaunch {
    /// The program and its arguments, after the set-up when there is one.
    var words: [String]
    /// `NAME=VALUE` of all variables.
    var environment: [String]
    /// The working directory.
    var directory: String
    /// What the file that `MUSTER_PARAMETERS` names says; nil for a stage without parameters, which has no such file.
    var parameters: JSON?

    /// What the stage's surroundings are.
    struct Place {
        var run: String
        var attempt: AttemptKey
        var folder: String
        var progress: String
        var parameters: String
        var slot: Int
        var gpus: Int
        var cpus: Int
        /// What the program keeps to go on from.
        var checkpoint: String?
        /// Variables that tell of the slot's GPUs.
        var variables: [(name: String, value: String)] = []
        /// Values of the point that the stage may see.
        var values: [JSON.Member]
        /// The agent's own variables, cleaned.
        var inherited: EnvironmentTable
        /// The items of a worker.
        var share: ItemShare?
        /// The code that the run has copies of.
        var copies: CodeMap?

        /// A text that names copies where it named what they are of.
        func copied(_ text: String) -> String {
            guard let copies else { return text }
            return copies.mapped(text) { path in
                // Behind a link there is no copy, but what it leads to.
                guard let real = Files.realPath(path) else { return false }
                return copies.folders.contains { real == $0.to || real.hasPrefix($0.to + "/") }
            }
        }
    }

    /// Puts the placeholders in.
    init(stage: StageSpec, row: JobRow, place: Place) throws(Placeholders.Unknown) {
        let values = Placeholders(row: row, stage: stage, outputDir: place.folder, run: place.run, share: place.share)
        let program = try values.arguments(of: stage.command).map(place.copied)
        var variables = place.inherited
        let home = variables["HOME"]
        func path(_ text: String?) throws(Placeholders.Unknown) -> String? {
            guard let text else { return nil }
            let path = try values.expand(text)
            return path.hasPrefix("~/") ? home.map { $0 + path.dropFirst() } ?? path : path
        }
        // A relative folder is one below the attempt's.
        let directory = try path(stage.environment.cwd).map(place.copied) ?? place.folder
        self.directory = directory.hasPrefix("/") ? directory : "\(place.folder)/\(directory)"

        variables["MUSTER_RUN"] = place.run
        variables["MUSTER_JOB"] = row.id
        variables["MUSTER_SCENE"] = row.scene.path
        variables["MUSTER_ATTEMPT"] = "\(place.attempt.generation).\(place.attempt.restart)"
        variables["MUSTER_STAGE"] = stage.name
        variables["MUSTER_OUT"] = place.folder
        variables["MUSTER_PROGRESS"] = place.progress
        for variable in place.share?.variables ?? [] { variables[variable.name] = variable.value }
        variables["MUSTER_CHECKPOINT"] = place.checkpoint
        if !place.values.isEmpty || !stage.parameters.isEmpty {
            variables["MUSTER_PARAMETERS"] = place.parameters
            parameters = Self.parameters(of: stage, row: row, place: place)
        }
        for member in place.values {
            variables["MUSTER_PARAM_\(Self.variableName(member.key))"] = Placeholders.text(member.value)
        }
        for variable in place.variables { variables[variable.name] = variable.value }
        for variable in stage.environment.variables {
            variables[variable.name] = place.copied(try values.expand(variable.value))
        }
        // Where programs and their parts are sought, also where the agent has it from whoever submitted.
        variables.change { $0.hasSuffix("PATH") ? place.copied($1) : $1 }
        environment = variables.list

        var environment = stage.environment
        environment.conda = try path(environment.conda)
        environment.venv = try path(environment.venv)
        environment.container = try path(environment.container)
        words =
            Prologue(
                environment, gpus: place.gpus > 0,
                binds: [place.folder, row.scene.path, self.directory] + (place.checkpoint.map { [$0] } ?? [])
                    + (place.copies?.folders.map(\.to) ?? [])
            )
            .wrap(Self.launcher(nodes: stage.nodes, cpus: place.cpus) + program)
    }

    /// `{"job","stage","scene":{"name","path"},"output_dir","point":{},"parameters":{}}`, the stage's parameters as they are
    /// at this point.
    private static func parameters(of stage: StageSpec, row: JobRow, place: Place) -> JSON {
        return .object([
            "schema": 1, "job": .string(row.id), "stage": .string(stage.name),
            "scene": .object(["name": .string(row.scene.name), "path": .string(row.scene.path)]),
            "output_dir": .string(place.folder), "point": .object(place.values),
            "parameters": .object(stage.parameters(at: Point(id: "", values: place.values))),
        ])
    }

    /// What starts a program on several nodes of the allocation: a task on each, all ended when one fails.
    private static func launcher(nodes: Int, cpus: Int) -> [String] {
        guard nodes > 1 else { return [] }
        return [
            "srun", "--nodes=\(nodes)", "--ntasks=\(nodes)", "--ntasks-per-node=1", "--cpus-per-task=\(cpus)",
            "--kill-on-bad-exit=1", "--",
        ]
    }

    /// Upper-case letters, digits and `_` only.
    private static func variableName(_ text: String) -> String {
        String(text.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// The agent's variables without its own: what a stage inherits.
    static func inherited(_ environment: [String]) -> [String] {
        environment.filter { !$0.hasPrefix("MUSTER_") && !$0.hasPrefix("SWIFT_BACKTRACE=") }
    }
}

/// Variables of which the last one of a name counts, in the order of their first appearance.
struct EnvironmentTable {
    private var order: [String] = []
    private var values: [String: String] = [:]

    /// From `NAME=VALUE` texts; others are left out.
    init(_ texts: [String]) {
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { continue }
            self[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
    }

    /// `NAME=VALUE` texts.
    var list: [String] { order.map { "\($0)=\(values[$0] ?? "")" } }

    /// Gives each variable the value that is made of its name and value.
    mutating func change(_ value: (String, String) -> String) {
        for (name, old) in values { values[name] = value(name, old) }
    }

    subscript(name: String) -> String? {
        get { values[name] }
        set {
            if let newValue {
                if values.updateValue(newValue, forKey: name) == nil { order.append(name) }
            } else if values.removeValue(forKey: name) != nil {
                order.removeAll { $0 == name }
            }
        }
    }
}
