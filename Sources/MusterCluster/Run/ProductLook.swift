public import MusterCore

/// Asks the agent's program where the results lie how it stands with the products of a plan, or has some of them stop
/// counting. One command, however many jobs: the agent looks where a run would take finished stages over from.
public struct ProductLook: Sendable {
    /// The agent's path there.
    let agent: String

    /// What an invalidation did, counted.
    public struct Invalidated: Equatable, Sendable {
        /// Published results, stored stage runs and attempts in which something counts no more.
        public var results: Int, stored: Int, attempts: Int
        /// Products that count no more, and checkpoints that were removed.
        public var products: Int, checkpoints: Int
        /// The same as JSON.
        public var json: JSON
    }

    /// Looks by the agent that lies at `agent` on the host.
    public init(agent: String) { self.agent = agent }

    /// How it stands with every row of the plan's table; `makers` also tells who made what is there.
    public func rows(of plan: Plan, makers: Bool, on host: some Host) async throws(HostError) -> [RowFinding] {
        let answer = try await ask(makers ? ["--makers"] : [], plan.runPlan(run: "").json, plan.rows, on: host)
        let findings = answer.split(separator: UInt8(ascii: "\n")).compactMap { line in
            (try? JSON(parsing: line)).flatMap(RowFinding.init(json:))
        }
        guard findings.count == plan.rows.count else {
            throw HostError(
                .command, "the agent on \(host.name) told of \(findings.count) rows of \(plan.rows.count)",
                hint: "'\(agent) --version' there tells its version; it must be that of this program")
        }
        return findings
    }

    /// Has the products with these keys stop counting, and what was made of them, in the results of `rows` and in the store.
    public func invalidate(
        _ keys: Set<String>, in rows: [JobRow], of plan: Plan, on host: some Host
    ) async throws(HostError) -> Invalidated {
        let members = (plan.runPlan(run: "").json.members ?? []) + [.init("invalidate", .strings(keys.sorted()))]
        let answer = try await ask(["--invalidate"], .object(members), rows, on: host)
        guard let json = try? JSON(parsing: answer), json["schema"]?.int == 1 else {
            throw HostError(.command, "the agent on \(host.name) did not say what it invalidated")
        }
        func count(_ key: String) -> Int { Int(clamping: json[key]?.int ?? 0) }
        return Invalidated(
            results: count("results"), stored: count("stored"), attempts: count("attempts"),
            products: count("products"), checkpoints: count("checkpoints"), json: json)
    }

    private func ask(
        _ options: [String], _ plan: JSON, _ rows: [JobRow], on host: some Host
    ) async throws(HostError) -> [UInt8] {
        var input = plan.bytes + [UInt8(ascii: "\n")]
        for row in rows {
            row.json.write(to: &input)
            input.append(UInt8(ascii: "\n"))
        }
        let words = ([ShellWord.quote(agent), "products"] + options).joined(separator: " ")
        let result = try await host.run(words, input: input, timeout: 1800)
        guard result.status == 0 else {
            throw HostError(.command, "can't look at products on \(host.name): \(result.errorText.trimmingBlanks)")
        }
        return result.output
    }
}
