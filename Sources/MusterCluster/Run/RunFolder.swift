public import MusterCore

/// Makes a run's folder on the machine that will run it.
public struct RunFolder: Sendable {
    /// Where it lies.
    public let paths: RunPaths

    /// Names the folder.
    public init(paths: RunPaths) { self.paths = paths }

    /// The keys of the run's wire as the text of their files: secret and public key, a Z85 line each.
    public struct Keys: Sendable {
        /// Of the agents.
        public var client: String
        /// Of the collector.
        public var server: String

        /// Takes the texts.
        public init(client: String, server: String) {
            self.client = client
            self.server = server
        }
    }

    /// Writes plan, tables, config, script and keys; the folder must not exist.
    ///
    /// `mkdir` decides when two clients pick one id: the second gets an error.
    /// `way` is how facts come home; `scripts` has one for each class of sizes; `experiment` is what records of the
    /// pipeline's own kind say alike, `registration` what another machine must know to go on with the run.
    public func create(
        plan: Plan, run: String, scripts: [String], config: [UInt8], keys: Keys, way: ClusterSpec.Way,
        experiment: JSON? = nil, registration: JSON? = nil, on host: some Host
    ) async throws(HostError) {
        let folder = ShellWord.quote(paths.folder)
        let parent = ShellWord.quote(paths.folder.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" })
        let made = try await host.run(
            "umask 077; mkdir -p -- \(parent) && mkdir -- \(folder) && cd -- \(folder) && "
                + "mkdir claims submissions keys lanes")
        guard made.status == 0 else {
            throw HostError(
                .file, "cannot make the run's folder '\(paths.folder)' on \(host.name): \(made.errorText)",
                hint: "check 'workdir' of the cluster and the space and quota there")
        }
        var files = files(plan: plan, run: run, scripts: scripts, config: config, keys: keys)
        files.append(HostFile(path: relative(paths.way), text: way.rawValue + "\n"))
        if let experiment {
            files.append(HostFile(path: relative(paths.experiment), text: experiment.line + "\n"))
        }
        if let registration {
            files.append(HostFile(path: relative(paths.registration), text: registration.line + "\n"))
        }
        try await host.write(files, to: paths.folder)
    }

    private func files(plan: Plan, run: String, scripts: [String], config: [UInt8], keys: Keys) -> [HostFile] {
        return [
            HostFile(path: relative(paths.config), content: config),
            HostFile(path: relative(paths.jobs), content: Self.lines(plan.rows.map(\.json))),
            HostFile(path: relative(paths.blocks), content: Self.lines(plan.blocks.map(\.json))),
            HostFile(path: relative(paths.clientKey), mode: 0o600, text: keys.client),
            HostFile(path: relative(paths.serverKey), mode: 0o600, text: keys.server),
            HostFile(path: relative(paths.plan), text: plan.runPlan(run: run).json.line + "\n"),
        ]
            + scripts.enumerated().map { size, script in
                HostFile(path: relative(paths.script(size: size)), mode: 0o755, text: script)
            }
    }

    private func relative(_ path: String) -> String { String(path.dropFirst(paths.folder.count + 1)) }

    /// One line for each value.
    static func lines(_ values: [JSON]) -> [UInt8] {
        var out: [UInt8] = []
        for value in values {
            value.write(to: &out)
            out.append(UInt8(ascii: "\n"))
        }
        return out
    }
}
