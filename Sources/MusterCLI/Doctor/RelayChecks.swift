import Foundation
import MusterCluster
import MusterCore

/// A port on the login node that waits for one word and answers with another, as a relay would listen there.
struct RelayBell: Sendable {
    var address: Doorbell.Address
    /// What the right word is answered with.
    var answer: String
    let host: any StreamHost
    let stream: HostStream

    /// Starts the agent's own bell there; it ends with the stream.
    static func start(_ cluster: ClusterSpec, agent: String, on host: any StreamHost) async throws -> RelayBell {
        func word() -> String { Hex.text((0..<8).map { _ in UInt8.random(in: 0...255) }) }
        let (call, answer) = (word(), word())
        var script = "exec \(ShellWord.quote(agent)) bell --address \(ShellWord.quote(cluster.relayInterface ?? ""))"
        if let port = cluster.collectorPort { script += " --port \(port)" }
        let stream = try await host.open("\(script) \(call) \(answer)")
        var news = HostStreamNews()
        for _ in 0..<100 {
            let more = try await host.look(at: stream)
            news.output += more.output
            news.errors += more.errors
            let words = String(decoding: news.output, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            if words.count == 2, news.output.last == UInt8(ascii: "\n"), let port = Int(words[1]) {
                let address = Doorbell.Address(host: String(words[0]), port: port, call: call)
                return RelayBell(address: address, answer: answer, host: host, stream: stream)
            }
            if more.isOver { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        await host.close(stream)
        let said = String(decoding: news.errors, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        throw HostError(.command, said.isEmpty ? "the agent did not say where it listens" : said)
    }

    func close() async { await host.close(stream) }
}

extension Check {
    /// Whether the cluster's file lets a relay be a way home.
    static func hasRelay(_ cluster: ClusterSpec) -> Bool {
        cluster.chosenWay == .attached || cluster.chosenWay == .detached
    }

    /// Whether a relay can listen on the login node; a bell goes on listening there for the job.
    static func relayAddress(_ cluster: ClusterSpec, file: String, needs: [String]) -> [Check] {
        guard hasRelay(cluster) else { return [] }
        return [
            Check("relay address", needs: needs + ["agent"]) { patient in
                guard let host = patient.host as? any StreamHost, let agent = await patient.agent else {
                    return [.skipped("needs: agent")]
                }
                do {
                    let bell = try await RelayBell.start(cluster, agent: agent, on: host)
                    await patient.set(relayBell: bell)
                    return [.ok("\(bell.address.host) of \(host.name) can be listened on")]
                } catch let error as HostError where error.kind == .command {
                    return [
                        .wrong(
                            error.message,
                            cure: "set 'collector.interface' in \(file) to an address of the login node "
                                + "(ssh \(cluster.host ?? "HOST") ip -br address), or use: collector: {way: files}")
                    ]
                }
            }
        ]
    }

    /// Whether a node reaches a relay on the login node.
    static func relayWay(_ cluster: ClusterSpec, asked: String, _ options: JobOptions) -> [Check] {
        guard hasRelay(cluster) else { return [] }
        return [
            Check("way \(cluster.chosenWay.rawValue)", needs: ["relay address"] + (options.isWanted ? ["job"] : [])) {
                patient in
                guard options.isWanted else {
                    return [.skipped("no job was asked for", cure: "muster doctor \(asked) --job")]
                }
                guard let bell = await patient.relayBell else { return [.skipped("needs: relay address")] }
                return [try await findings(patient).ringRelay(bell.address, answer: bell.answer)]
            }
        ]
    }
}

extension NodeFindings {
    /// What came back from the login node; `answer` is the word that proves it.
    func ringRelay(_ bell: Doorbell.Address, answer: String) -> Finding {
        let said = report["relay"] ?? "nothing came back"
        if said == answer { return .ok("\(node) reaches \(bell.host):\(bell.port) of the login node") }
        return .wrong(
            "\(node) does not reach \(bell.host):\(bell.port) of the login node: \(said)",
            cure:
                "set 'collector.interface' in \(file) to the login node's address on the cluster's network, ask the site "
                + "which ports nodes may reach there ('collector.port' fixes it), or use: collector: {way: files}")
    }
}
