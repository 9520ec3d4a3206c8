import Foundation
import MusterCluster
import MusterCore
import MusterHistory

/// Runs whose folders were moved: to another place, or to another machine.
extension Attachment {
    /// What was moved: the folder itself, seen by where the run says that it lies, and what a person says.
    func relocation(
        of content: FoundRuns.Content, to paths: RunPaths, _ moves: [Relocation.Move]
    ) async throws -> Relocation {
        guard let old = content.registration?["folder"]?.string, old != paths.folder,
            let folder = Relocation.Move(old: old, new: paths.folder)
        else { return Relocation(moves) }
        switch try await RunMove.compare(old, paths.folder, on: site.host) {
        case .same: return Relocation(moves)
        case .other where !moves.contains(folder):
            throw ExitStatus.usage(
                """
                '\(paths.folder)' is a copy of a run that lies in '\(old)' on \(site.host.name) as well
                  to go on with the copy: --moved \(old)=\(paths.folder)
                """)
        case .other, .gone: break
        }
        // The agent and the locks lie beside the folder of runs.
        func workdir(_ folder: String) -> String {
            URL(filePath: folder).deletingLastPathComponent().deletingLastPathComponent().path
        }
        let beside = ["agent", "locks"].compactMap {
            Relocation.Move(old: "\(workdir(old))/\($0)", new: "\(workdir(paths.folder))/\($0)")
        }
        return Relocation(moves + [folder] + beside)
    }

    /// Has the run's folder say where all lies now. Nobody else may lead the run meanwhile.
    func move(
        _ content: FoundRuns.Content, _ paths: RunPaths, _ relocation: Relocation, takeOver: Bool
    ) async throws {
        var leadership = Leadership(paths, me: UUID().uuidString, takeOver: takeOver)
        if case .followed(let lease) = try await leadership.tend(on: site.host) {
            throw ExitStatus(
                code: 2,
                text: """
                    error: \(lease.who.visible) leads \(content.plan.run) until \(lease.expires) unless renewed; its folders can't be moved meanwhile
                      if that machine is lost: add --take-over
                    """)
        }
        do {
            try await rewrite(content, paths, relocation)
        } catch {
            await leadership.giveBack(on: site.host)
            throw error
        }
        await leadership.giveBack(on: site.host)
    }

    private func rewrite(_ content: FoundRuns.Content, _ paths: RunPaths, _ relocation: Relocation) async throws {
        try await RunMove.apply(relocation, to: paths, on: site.host)
        guard let registration = content.registration else { return }
        let members = (registration.members ?? []).map { member in
            member.key == "folder"
                ? JSON.Member("folder", .string(paths.folder))
                : JSON.Member(member.key, relocation.applied(to: member.value))
        }
        let now = JSON.object(members)
        guard now != registration else { return }
        try await site.host.write([HostFile(path: "registration.json", text: now.line + "\n")], to: paths.folder)
    }

    /// Of results and inputs what is not where the run says, in words; nil where all is there.
    func missing(_ summary: RunSummary, scene: String?) async throws -> String? {
        let results = summary.succeeded > 0 ? summary.outputRoot : nil
        let paths = [results, scene].compactMap { $0 }.filter { $0.hasPrefix("/") }
        var gone: [String] = []
        for path in paths {
            if try await site.host.run("[ -e \(ShellWord.quote(path)) ]").status != 0 { gone.append(path) }
        }
        guard !gone.isEmpty else { return nil }
        return """
            \(gone.map { "'\($0)'" }.joined(separator: " and ")) \(gone.count == 1 ? "is" : "are") not on \(site.host.name)
              if folders were moved: --moved OLD=NEW, as in --moved \(gone[0])=/now/here
            """
    }
}
