import Digest
import Glibc
import MusterCore

/// Checksums of what jobs make: taken behind each stage while others go on, and complete before a result is published.
extension Agent {
    /// Asks for those of a stage that has ended.
    func sum(_ made: FileList, of job: JobRun) {
        guard folder.plan.checksumLimit > 0 else { return }
        summing.ask(requests(made.entries, of: job))
    }

    /// The list of a result's files with the sums that are known; nil while some are to come.
    ///
    /// What was asked for behind a stage may have been moved or changed since, so all that is missing is asked for anew. Who was
    /// told to end waits for none.
    func summed(_ list: FileList, of job: JobRun) -> FileList? {
        var list = list
        for index in list.entries.indices { list.entries[index].sum = job.sums[list.entries[index].mark] }
        guard folder.plan.checksumLimit > 0, job.stop == nil, !job.isSumComplete else { return list }
        summing.withdraw(job.key)
        let missing = requests(list.entries.filter { $0.sum == nil }, of: job)
        guard !missing.isEmpty else { return list }
        job.unsummed = Set(missing.map(\.mark))
        summing.ask(missing)
        return nil
    }

    /// Remembers sums of files that an attempt took over, as the list says that lies beside them.
    func takeOverSums(_ files: FileList, from source: String, of job: JobRun) {
        guard let json = Files.json(OutputPaths.fileList(in: source)), let known = FileList(json: json) else { return }
        let sums = Dictionary(known.entries.map { ($0.path, $0) }) { first, _ in first }
        for entry in files.entries {
            guard let old = sums[entry.path], let sum = old.sum, old.size == entry.size, old.changed == entry.changed,
                let status = Files.status("\(job.folder)/\(entry.path)")
            else { continue }
            let mark = FileDigest.Mark(status)
            if mark.size == entry.size, mark.changed == entry.changed { job.sums[mark] = sum }
        }
    }

    /// What stages named of a result, with what is known of these files: those that are there, or were put elsewhere under the
    /// pipeline's rules.
    func assets(of job: JobRun, in list: FileList) -> [(stage: String, asset: MadeAsset)] {
        let files = Dictionary(list.entries.map { ($0.path, $0) }) { first, _ in first }
        let changes = PathChanges(final: job.row.output, moves: job.moves)
        return job.assets.sorted { $0.key < $1.key }.flatMap { index, assets in
            assets.compactMap { asset in
                var asset = asset
                asset.path = changes.applied(to: asset.path)
                guard let entry = files[asset.path] else {
                    note("stage '\(stages[index].name)' named the asset '\(asset.path)', which is not there")
                    return nil
                }
                if !entry.isFolder { (asset.size, asset.sum) = (entry.size, entry.sum) }
                return (stages[index].name, asset)
            }
        }
    }

    /// Keeps what is known of the files of an attempt that is not published.
    func listRemains(of job: JobRun) {
        summing.withdraw(job.key)
        guard var list = FileList(folder: job.folder), !list.entries.isEmpty else { return }
        for index in list.entries.indices { list.entries[index].sum = job.sums[list.entries[index].mark] }
        try? Files.replace(OutputPaths.fileList(in: job.folder), with: list.json.bytes)
    }

    /// Takes in what was found; results that waited for it are published.
    func tendSums() {
        for answer in summing.take() {
            guard let job = jobs.values.first(where: { $0.key == answer.request.attempt }) else { continue }
            if let sum = answer.sum { job.sums[answer.request.mark] = sum }
            job.unsummed.remove(answer.request.mark)
        }
        for job in jobs.values where job.waitsForSums && (job.unsummed.isEmpty || job.stop != nil) {
            job.waitsForSums = false
            job.isSumComplete = true
            publish(job)
        }
    }

    private func requests(_ entries: [FileList.Entry], of job: JobRun) -> [Summing.Request] {
        entries.filter { $0.mode & S_IFMT == S_IFREG && $0.size <= folder.plan.checksumLimit }.map {
            Summing.Request(attempt: job.key, path: "\(job.folder)/\($0.path)", mark: $0.mark)
        }
    }
}
