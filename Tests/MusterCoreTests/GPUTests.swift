import MusterCore
import Testing

@Suite struct GPUBindingTests {
    private static let four = (0..<4).map { GPUName(id: "GPU-\(["a", "b", "c", "d"][$0])\($0)", index: $0) }
    private static let divided =
        [GPUName(id: "GPU-w", index: 0, isDivided: true)]
        + (1...2).map { (number: Int) in
            GPUName(id: "MIG-\(number)", index: 0, whole: "GPU-w", gpuInstance: number, computeInstance: 0)
        }

    @Test(
        arguments: [
            // All of the node can be seen: numbers are the node's.
            (["2", "3"], four, [2, 3], [2, 3]),
            (["2"], four, nil, [2]),
            // Renumbered although more can be seen: Slurm's numbers tell.
            (["0", "1"], four, [2, 3], [2, 3]),
            // Only the allocation's can be seen: numbers count these.
            (["0", "1"], Array(four[2...]), [2, 3], [0, 1]),
            (["1"], Array(four[2..<3]), nil, [nil]),
            (["GPU-b1", "GPU-d"], four, nil, [1, 3]),
            (["GPU-"], four, nil, [nil]),
            (["MIG-2", "MIG-GPU-w/1/0", "MIG-GPU-w/9/0"], divided, nil, [2, 1, nil]),
            (["0", "1"], divided, nil, [1, 2]),
            (["7"], four, nil, [nil]),
        ] as [([String], [GPUName], [Int]?, [Int?])])
    func `tokens mean devices`(tokens: [String], seen: [GPUName], numbers: [Int]?, positions: [Int?]) {
        #expect(GPUBinding.positions(of: tokens, among: seen, numbers: numbers) == positions)
    }

    @Test func `the node's own numbers are Slurm's, else the tokens'`() {
        #expect(GPUBinding.numbers(of: ["0", "1"], told: [2, 3]) == [2, 3])
        #expect(GPUBinding.numbers(of: ["2", "GPU-a"], told: nil) == [2, nil])
    }

    @Test func `each vendor's variable gets the slot's share of its own words`() {
        func share(_ slot: Int, isAMD: Bool, _ variables: [String: [String]]) -> [String] {
            GPUVariables.share(of: variables, slot: slot, perJob: 1, sharing: 1, isAMD: isAMD).map {
                "\($0.name)=\($0.value)"
            }
        }
        let all = Dictionary(
            uniqueKeysWithValues: ["CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "ZE_AFFINITY_MASK"].map {
                ($0, ["4", "5"])
            })
        #expect(
            share(1, isAMD: false, all) == ["CUDA_VISIBLE_DEVICES=5", "ROCR_VISIBLE_DEVICES=5", "ZE_AFFINITY_MASK=5"])
        // HIP counts among what ROCR leaves, and heeds CUDA's variable too.
        #expect(
            share(1, isAMD: true, all) == ["CUDA_VISIBLE_DEVICES=0", "ROCR_VISIBLE_DEVICES=5", "ZE_AFFINITY_MASK=5"])
        #expect(share(0, isAMD: true, ["CUDA_VISIBLE_DEVICES": ["4", "5"]]) == ["CUDA_VISIBLE_DEVICES=4"])
        #expect(
            share(1, isAMD: false, ["CUDA_VISIBLE_DEVICES": ["4", "5"], "ZE_AFFINITY_MASK": ["0.1"]])
                == ["CUDA_VISIBLE_DEVICES=5"])
        #expect(GPUVariables.share(of: all, slot: 0, perJob: 0, sharing: 1, isAMD: false).isEmpty)
    }
}

@Suite struct GPUBudgetRoomTests {
    private func room(_ used: Int64?, promised: Int64 = 0) -> GPUBudget.Room {
        GPUBudget.room(needed: 40, on: [GPUUse(id: "g", used: used, total: 100)], promised: ["g": promised])
    }

    @Test func `what is free without what others were promised must do`() {
        #expect(room(60) == .enough && room(61) == .later(gpu: "g", free: 39))
        #expect(room(20, promised: 41) == .later(gpu: "g", free: 39) && room(20, promised: 40) == .enough)
        #expect(room(nil) == .enough)
        #expect(
            GPUBudget.room(needed: 101, on: [GPUUse(id: "g", total: 100)], promised: [:])
                == .never(gpu: "g", total: 100))
    }
}

@Suite struct CPUChoiceTests {
    @Test func `a program is kept near its GPU only where that leaves enough, and never outside`() {
        func chosen(_ slot: Int, _ near: [[Int]], _ allowed: [Int], _ each: Int) -> [Int]? {
            CPUChoice.cpus(slot: slot, near: near, allowed: allowed, each: each)
        }
        let sockets = [Array(0...3), Array(4...7)]
        #expect(chosen(1, sockets, Array(0...7), 4) == [4, 5, 6, 7])
        #expect(chosen(1, sockets, Array(0...7), 5) == nil)
        #expect(chosen(1, sockets, [1, 2, 5, 6], 2) == [5, 6])
        // Both slots' GPUs hang on one socket, which has too few for both.
        #expect(chosen(0, [sockets[0], sockets[0]], Array(0...7), 3) == nil)
        #expect(chosen(0, [sockets[0], sockets[0]], Array(0...7), 2) == [0, 1, 2, 3])
        #expect(chosen(0, [[]], Array(0...7), 1) == nil && chosen(0, [[9]], Array(0...7), 1) == nil)
        #expect(chosen(0, [sockets[0]], Array(0...3), 1) == nil)
    }

    @Test func `the kernel's lists are read`() {
        #expect(CPUChoice.numbers("0-3,8,10-11\n") == [0, 1, 2, 3, 8, 10, 11])
        #expect(CPUChoice.numbers("\n").isEmpty && CPUChoice.numbers("3-1,x,0-99999999").isEmpty)
    }
}

@Suite struct GPUTallyTests {
    private func use(_ id: String, own: Int64? = nil, used: Int64? = nil, busy: Int? = nil) -> GPUUse {
        GPUUse(id: id, used: used, own: own, total: 1000, utilization: busy)
    }

    @Test func `peaks go by device, and the sum is of one moment`() {
        var tally = GPUTally(before: [use("a", used: 100), use("b", used: 0)])
        tally.take([use("a", own: 500, busy: 100), use("b", own: 10, busy: 0)])
        tally.take([use("a", own: 20, busy: 50), use("b", own: 300)])
        #expect(tally.peak == 510)
        #expect(
            tally.gpus == [
                GPUPeak(id: "a", memory: 500, utilization: 75), GPUPeak(id: "b", memory: 300, utilization: 0),
            ])
        #expect(tally.added(use("a", used: 350)) == 250 && tally.added(use("a", used: 50)) == 0)
    }

    @Test func `only the last readings tell that a device was full at the end`() {
        var tally = GPUTally(before: [use("a", used: 0)])
        tally.take([use("a", used: 970)])
        for _ in 0..<2 { tally.take([use("a", used: 969)]) }
        #expect(tally.endedFull)
        tally.take([use("a", used: 969)])
        #expect(!tally.endedFull)
    }
}

@Suite struct ProcessCountersTests {
    /// Recorded, Linux 6.18.
    private static let rollup = """
        5641feea5000-7ffe80f8d000 ---p 00000000 00:00 0                          [rollup]
        Rss:                1764 kB
        Pss:                 404 kB
        Pss_Dirty:           112 kB
        Pss_Anon:            112 kB
        """
    private static let io = """
        rchar: 6976
        wchar: 0
        syscr: 10
        syscw: 0
        read_bytes: 4096
        write_bytes: 12288
        cancelled_write_bytes: 8192

        """

    @Test func `files of proc are read`() {
        #expect(ProcessCounters.pss(in: Self.rollup.utf8) == 404 << 10)
        let storage = ProcessCounters.storage(in: Self.io.utf8)
        #expect(storage?.read == 4096 && storage?.written == 4096)
        #expect(ProcessCounters.storage(in: "".utf8) == nil && ProcessCounters.pss(in: "Pss".utf8) == nil)
        #expect(ProcessCounters.value(of: "a", in: "a: 99999999999999999999\n".utf8) == nil)
    }

    @Test func `a group's current use and peak are those of the limit, or its own without one`() {
        let limited = CgroupMemory(version: .v2, path: "/a/b")
        let files = [
            "/sys/fs/cgroup/a/b/memory.current": "5\n", "/sys/fs/cgroup/a/memory.max": "300\n",
            "/sys/fs/cgroup/a/memory.current": "120\n", "/sys/fs/cgroup/a/memory.peak": "250\n",
        ]
        #expect(limited.reading { files[$0] } == .init(limit: 300, peak: 250, current: 120))
        let mount = "/sys/fs/cgroup/memory"
        let free = [
            "\(mount)/x/memory.usage_in_bytes": "7\n", "\(mount)/x/memory.max_usage_in_bytes": "9\n",
            "\(mount)/memory.usage_in_bytes": "99\n",
        ]
        #expect(CgroupMemory(version: .v1, path: "/x").reading { free[$0] } == .init(peak: 9, current: 7))
        // The root's numbers are the whole machine's.
        #expect(CgroupMemory(version: .v1, path: "/").reading { free[$0] } == .init())
    }
}

@Suite struct ResourceEventTests {
    private static let key = AttemptKey(job: 3, generation: 1, element: "7_1", restart: 0)

    private func event(_ body: EventBody, sequence: Int64? = 1) -> Event {
        Event(
            run: "r", source: String(repeating: "a", count: 32), sequence: sequence,
            time: Timestamp(microseconds: 5), monotonic: 6, body: body)
    }

    @Test func `what was measured survives the wire`() throws {
        var reading = Reading(rss: 1, cpu: 2)
        (reading.read, reading.written, reading.group) = (3, 4, 5)
        reading.gpus = [GPUUse(id: "g", used: 6, own: 7, total: 8, utilization: 9, power: 10, temperature: 11)]
        let usage = Usage(
            cpu: 1, read: 2, written: 3, pss: 4, group: 5, gpus: [GPUPeak(id: "g", memory: 6, utilization: 7.5)])
        let bodies: [EventBody] = [
            .sample(Self.key, stage: "s", reading),
            .stageEnded(
                Self.key, stage: "s", Ending(outcome: .failed, peakGPU: 6, usage: usage), reused: false),
            .gpuError(Self.key, stage: "s", GPUError(gpu: "g", kind: .xid, number: 79)),
            .gpuWaiting(job: 3, gpu: "g", needed: 9, free: 8),
        ]
        for body in bodies {
            let event = event(body)
            #expect(try Event(line: event.json.bytes) == event, "\(event.json.line)")
        }
    }

    @Test func `an error of a GPU told twice counts once, and survives being kept`() {
        var state = AttemptState(key: Self.key)
        let error = GPUError(gpu: "g", kind: .xid, number: 79)
        for _ in 0..<2 { state.apply(event(.gpuError(Self.key, stage: "s", error))) }
        #expect(state.gpuErrors.map(\.error) == [error])
        #expect(AttemptState(json: state.json) == state)
        #expect(error.words == "g: error 79 of the driver (the GPU has fallen off the bus)")
        #expect(GPUError(gpu: "g", kind: .ecc, number: 1).words == "g: 1 memory error that could not be corrected")
    }
}
