import MusterCore

/// A stage of an attempt that runs now, by one program or several.
final class StageRun {
    /// Its place in the plan.
    let index: Int
    let name: String
    /// The slot that it occupies: the job's own, or one that stood idle.
    let slot: Int
    let started: Int64
    /// What the folder held when it began; nil when that could not be listed.
    let before: FileList?
    /// Its programs.
    var programs: [RunningProgram] = []
    /// The end of those that have ended.
    var endings: [Ending] = []
    /// Its items, where it goes through some.
    var items: StageItems?
    /// It runs behind all others whatever became of them, so an end that others are asked for is none of its own.
    var isLast = false
    /// Its beginning was told.
    var isTold = false
    /// When a sample of it was sent last.
    var lastTold: Int64 = 0
    /// Assets that programs named which have ended.
    private(set) var assets: [MadeAsset] = []
    /// What was read of programs that have ended.
    private var past = Reading()
    /// Another stage of the job ran at the same time, so that what is new in the folder need not be of this one.
    var hadCompany = false
    var hasNews = true
    var peakRSS: Int64 = 0
    /// Looks at the processes of the program that was looked at most.
    private(set) var samples = 0
    /// Its slot's GPUs; nil where it has none, or none can be seen.
    var devices: StageDevices?
    /// Memory that the agent's control group uses now, and the most of it so far.
    var group: Int64?, groupPeak: Int64?
    /// Highest sum of the proportional set sizes of each of its programs that have ended.
    private var peakPSS: Int64?

    init(index: Int, name: String, slot: Int, before: FileList?) {
        self.index = index
        self.name = name
        self.slot = slot
        self.before = before
        started = Machine.monotonic
    }

    /// Takes in what was read of its programs.
    func sum() {
        peakRSS = max(peakRSS, programs.reduce(0) { $0 + $1.resident })
        hasNews = hasNews || programs.contains { $0.hasNews }
        for program in programs { program.hasNews = false }
    }

    /// What its programs say together: sums of what they use, and the progress of the one that told it.
    var reading: Reading {
        var reading = sums
        if let items, let ledger = items.ledger {
            let running = programs.reduce(0) { done, program in
                done + min(program.reading.items ?? 0, program.share?.items.count ?? 0)
            }
            reading.done = Double(ledger.done.count + running)
            reading.total = Double(ledger.range.count)
        }
        reading.items = nil
        return reading
    }

    private var sums: Reading {
        guard let first = programs.first else { return whole(past) }
        var reading = first.reading
        for program in programs.dropFirst() {
            reading.rss = sum(reading.rss, program.reading.rss)
            reading.cpu = sum(reading.cpu, program.reading.cpu)
            reading.read = sum(reading.read, program.reading.read)
            reading.written = sum(reading.written, program.reading.written)
        }
        reading.cpu = sum(reading.cpu, past.cpu)
        reading.read = sum(reading.read, past.read)
        reading.written = sum(reading.written, past.written)
        return whole(reading)
    }

    /// With what belongs to no single program.
    private func whole(_ reading: Reading) -> Reading {
        var reading = reading
        reading.group = group
        reading.gpus = devices?.latest ?? []
        return reading
    }

    /// What it used so far.
    var usage: Usage {
        let reading = reading
        return Usage(
            cpu: reading.cpu, read: reading.read, written: reading.written,
            pss: programs.reduce(peakPSS) { sum($0, $1.peakPSS) }, group: groupPeak, gpus: devices?.peaks ?? [])
    }

    /// Takes a program out that has ended.
    func remove(_ program: RunningProgram) {
        let before = past
        past = program.reading
        past.cpu = sum(before.cpu, past.cpu)
        past.read = sum(before.read, past.read)
        past.written = sum(before.written, past.written)
        peakPSS = sum(peakPSS, program.peakPSS)
        programs.removeAll { $0 === program }
        let named = Set(program.progress.assets.map(\.path))
        assets = assets.filter { !named.contains($0.path) } + program.progress.assets
        for mistake in program.progress.mistakes.prefix(5) { note("stage '\(name)': \(mistake)") }
        peakRSS = max(peakRSS, program.peakRSS)
        samples = max(samples, program.samples)
        hasNews = true
    }

    private func sum(_ left: Int64?, _ right: Int64?) -> Int64? {
        left.map { $0 + (right ?? 0) } ?? right
    }
}
