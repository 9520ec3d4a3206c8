import MusterCore

/// Giving an element back to Slurm from a sick node: it is started again elsewhere, and what waits stays away from here.
struct GiveBack {
    /// Starts of an element behind which it is not given back any more.
    static let starts = 4

    let element: String
    let node: String
    /// Whether Slurm can be asked: it started the element, for this agent alone, and not too often yet.
    let isPossible: Bool
    let environment: [String]

    /// For an agent that was started with these options.
    init(_ options: AgentOptions, node: String, environment: [String]) {
        element = options.element ?? ""
        self.node = node
        self.environment = environment
        isPossible = options.isAlone && !element.isEmpty && options.restart + 1 < Self.starts
    }

    /// Keeps what waits of the same array away from this node, and has the element started again; why that was refused.
    func run() -> String? {
        let array = String(element.prefix { $0 != "_" })
        let known = Scontrol.show(array, environment: environment) ?? ""
        let waiting = WaitingTasks(known, array: array)
        let away = waiting.excluding(node)
        if let jobs = waiting.jobs, let refusal = Scontrol.exclude(away, jobs: jobs, environment: environment) {
            note("elements that wait can't be kept away from \(node): \(refusal)")
        }
        return Scontrol.requeue(element, awayFrom: away, environment: environment)
    }
}

/// What `scontrol -o show job` says of the tasks of an array.
struct WaitingTasks: Equatable {
    /// Those that wait, as scontrol takes them; nil for none.
    private(set) var jobs: String?
    /// The nodes that tasks stay away from so far, in Slurm's notation.
    private(set) var excluded: [String] = []

    /// Reads the answer about `array`: a line for each task that runs or ran, and for those together that were not started.
    init(_ text: String, array: String) {
        var tasks: [String] = []
        for line in text.split(separator: "\n") where line.hasPrefix("JobId=") {
            // The first of a key counts: comments stand behind all that is of interest but the list of nodes.
            var values: [Substring: Substring] = [:]
            for word in line.split(separator: " ") {
                guard let equals = word.firstIndex(of: "="), values[word[..<equals]] == nil else { continue }
                values[word[..<equals]] = word[word.index(after: equals)...]
            }
            if let nodes = values["ExcNodeList"], nodes != "(null)", !nodes.isEmpty, !excluded.contains(String(nodes)) {
                excluded.append(String(nodes))
            }
            guard values["JobState"] == "PENDING" else { continue }
            if let ids = values["ArrayTaskId"] { tasks.append(String(ids.prefix { $0 != "%" })) }
        }
        guard !tasks.isEmpty else { return }
        // A long list is cut short with dots: then all are named, and those that run refuse.
        jobs = tasks.contains { $0.contains("...") } ? array : "\(array)_[\(tasks.joined(separator: ","))]"
    }

    /// The nodes to stay away from, with one more.
    func excluding(_ node: String) -> String {
        (excluded + (excluded.contains(node) ? [] : [node])).joined(separator: ",")
    }
}
