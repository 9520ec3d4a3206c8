import Foundation
import MusterCluster
import MusterCore
import MusterHistory

/// Hearing agents through a relay on the login node, where the run's way home is one.
extension Follower {
    /// Pauses between two looks into the outboxes, in seconds: while facts come by them, and while all come otherwise.
    static let shortTail = 2.0, longTail = 30.0

    /// Takes what the relay has heard, and sees that there is one.
    func hearRelay() async throws {
        guard let line = try await relayLine() else { return }
        let news = try await line.take()
        for note in news.notes where said.insert(note).inserted { Terminal.complain(note) }
        if !news.events.isEmpty {
            try record.history.append(news.events)
            hearing.take(news.events)
        }
        // What was told before the relay listened stands in the outboxes.
        if news.hasBegun { nextTail = .distantPast }
    }

    /// Brings home what stands in the outboxes when it is time: seldom while all of it is heard otherwise.
    func tailOutboxes() async throws {
        guard Date() >= nextTail else { return }
        let hasNews = try await catchUp()
        let isHeard = isCollecting ? true : await relay?.isServed ?? false
        // Agents that do not reach the relay have only their outboxes.
        tailPause = !isHeard || (hasNews && !isCollecting) ? Self.shortTail : min(tailPause * 2, Self.longTail)
        if isCollecting { tailPause = Self.longTail }
        nextTail = Date() + tailPause
    }

    private func relayLine() async throws -> RelayLine? {
        if let relay { return relay }
        let way = record.way
        guard way == .attached || way == .detached, isRelayWanted, latest?.ended == nil,
            let host = record.site.host as? any StreamHost
        else {
            return nil
        }
        isRelayWanted = false
        guard record.site.cluster.relayInterface != nil else {
            Terminal.complain(
                "the run's way home is '\(way.rawValue)', but its cluster file no longer has 'collector.interface'; the outboxes are read instead"
            )
            return nil
        }
        do {
            let agent = try await AgentDelivery.deliver(Places.agent, to: record.site.workdir, on: host)
            relay = RelayLine(
                host: host,
                script: RelayLine.script(way, cluster: record.site.cluster, paths: record.paths, agent: agent))
        } catch let error as HostError where error.kind == .command || error.kind == .file {
            Terminal.complain("\(error)\nthe outboxes are read instead")
        } catch {
            isRelayWanted = true
            throw error
        }
        return relay
    }

    /// Ends what runs for this client on the login node.
    func endRelay() async { await relay?.close() }
}

extension RunRecord {
    /// The way home that was chosen when the run was submitted.
    var way: ClusterSpec.Way { summary.way.flatMap(ClusterSpec.Way.init(rawValue:)) ?? site.way }
}
