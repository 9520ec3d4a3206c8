import Foundation
import MusterCluster
import MusterCore

/// Copies of the code that a run works from, made where the jobs run.
struct CodeSnapshot {
    var copies: [CodeCopy] = []

    /// The most that all copies may take, in bytes.
    private static let most: Int64 = 1 << 30
    /// Seconds that copying may take.
    private static let patience = 600.0

    /// What the plan says of it; nil where there are no copies.
    var map: CodeMap? {
        copies.isEmpty ? nil : CodeMap(folders: copies.map { CodeMap.Folder(from: $0.from, to: $0.to) })
    }

    /// Finds out what is to be copied, and whether it may be: nothing is written yet.
    static func look(_ code: RunCode, _ planned: Planned, paths: RunPaths) async throws -> CodeSnapshot {
        guard case .snapshot(let folders) = planned.loaded.spec.code else { return CodeSnapshot() }
        let (loaded, host) = (planned.loaded, planned.site.host)
        func mistake(_ words: String, _ hint: String) -> ExitStatus { loaded.mistake(at: ["code"], words, hint: hint) }
        let named = try folders.map { folder in
            if folder.hasPrefix("/") || folder.hasPrefix("~/") { return folder }
            guard loaded.cluster.host == nil else {
                throw mistake(
                    "'\(folder)' could be anywhere on \(host.name)", "write it from the root or from ~/ on")
            }
            return Places.absolute(folder, below: loaded.folder)
        }
        let stages = loaded.spec.pipeline.stages.map { $0.on(loaded.cluster.name) }
        let (home, looks, found) = try await ask(code.named, stages, named, on: host)
        if let missing = found.first(where: { $0.real.isEmpty }) {
            throw mistake("there is no folder '\(missing.path)' on \(host.name)", "'code.snapshot' names folders there")
        }
        var left = Set(
            planned.plan.rows.map { $0.scene.path }.compactMap { path in
                path.lastIndex(of: "/").map { String(path[..<$0]) }
            })
        left.formUnion([planned.plan.input.outputRoot, planned.site.workdir])
        let snapshot: CodeSnapshot
        do throws(CodeCopy.Mistake) {
            snapshot = CodeSnapshot(
                copies: try CodeCopy.choose(looks, named: found, home: home, left: left.sorted(), in: paths.copies))
        } catch {
            throw mistake(error.words, error.hint)
        }
        try await snapshot.measure(on: host, mistake)
        return snapshot
    }

    /// What git and links say of the paths that stages name, and of the folders that the config does.
    private static func ask(
        _ code: ProgramFiles, _ stages: [StageSpec], _ named: [String], on host: any MusterCore.Host
    ) async throws -> (home: String, looks: [CodeCopy.Look], named: [CodeCopy.Named]) {
        let paths = code.files.filter { !$0.isSystem }.map { ($0, true) } + code.folders.map { ($0, false) }
        let words = paths.map { ShellWord.quote($0.0.path) }.joined(separator: " ")
        let script = """
            export LC_ALL=C
            top() { git -C "$1" rev-parse --show-toplevel 2>/dev/null; }
            printf '%s\\0' "$HOME"
            for f in \(words); do
            r=$(readlink -f -- "$f"); d=$r; [ -d "$d" ] || d=${d%/*}
            printf '%s\\0' "$(top "${d:-/}")"
            while [ "$f" != / ] && [ -n "$f" ]; do
            if [ -d "$f" ]; then printf '%s\\0%s\\0' "$f" "$(readlink -f -- "$f")"; fi
            f=${f%/*}; done
            printf '\\0'
            done
            for f in \(named.map(ProgramFiles.quoted).joined(separator: " ")); do
            r=; [ ! -d "$f" ] || r=$(readlink -f -- "$f")
            printf '%s\\0%s\\0%s\\0' "${f%/}" "$r" "$([ -z "$r" ] || top "$r")"
            done
            """
        let output = try await host.run(script, input: [], timeout: 120).output
        var fields = output.split(separator: 0, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }[...]
        let home = fields.popFirst() ?? ""
        var looks: [CodeCopy.Look] = []
        for (path, isFile) in paths {
            var look = CodeCopy.Look(
                stage: stages[path.stage].name, path: path.path, real: path.real, isFile: isFile,
                isSought: path.isSought)
            look.root = fields.popFirst().flatMap { $0.isEmpty ? nil : $0 }
            while let above = fields.popFirst(), !above.isEmpty, let real = fields.popFirst() {
                look.above.append(.init(path: above, real: real))
            }
            // A program that PATH has is installed: it is the environment's.
            if path.isSought { look.root = nil }
            looks.append(look)
        }
        let folders = named.map { name in
            let (path, real, top) = (fields.popFirst() ?? name, fields.popFirst() ?? "", fields.popFirst() ?? "")
            return CodeCopy.Named(path: path, real: real, isGit: !top.isEmpty)
        }
        return (home, looks, folders)
    }

    /// Sees that it is not too much.
    private func measure(on host: any MusterCore.Host, _ mistake: (String, String) -> ExitStatus) async throws {
        var all: Int64 = 0
        for copy in copies {
            let answer = try await host.run(SnapshotScripts.measure(copy), input: [], timeout: Self.patience)
            let lines = answer.text.split(separator: "\n", omittingEmptySubsequences: false)
            guard answer.status == 0, let bytes = lines.first.flatMap({ Int64($0) }) else {
                throw HostError(.command, "can't list the code in \(copy.root) on \(host.name): \(answer.errorText)")
            }
            all += bytes
            if all > Self.most {
                let largest = lines.dropFirst().filter { !$0.isEmpty }.joined(separator: ", ")
                throw mistake(
                    "the copy of the code would take more than \(ByteCount(Self.most)): \(copy.root) alone has \(ByteCount(bytes)); the largest files: \(largest)",
                    "have git ignore what is no code (it is linked then), or name the code's own folder: code: {snapshot: [\(copy.root)/src]}"
                )
            }
        }
    }

    /// Makes the copies; the run's folder must be there.
    func make(on host: any MusterCore.Host) async throws {
        for copy in copies {
            let answer = try await host.run(SnapshotScripts.copy(copy), input: [], timeout: Self.patience)
            guard answer.status == 0 else {
                throw HostError(.file, "can't copy the code in \(copy.root) on \(host.name): \(answer.errorText)")
            }
        }
    }
}
