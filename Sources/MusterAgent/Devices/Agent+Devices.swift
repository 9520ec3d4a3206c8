import MusterCore

/// GPUs of slots: what is measured, who may begin, and what programs are told.
extension Agent {
    /// Where a job may begin.
    enum Place {
        /// In this slot.
        case slot(Int)
        /// Nowhere for now: no idle slot's GPUs have as much memory free as it needs.
        case later
        /// Nowhere ever, and why.
        case refused(String)
    }

    /// The first idle slot whose GPUs have room for the job. That it waits is told once.
    func place(for index: Int, of block: HeldBlock) -> Place {
        guard let first = idleSlot else { return .later }
        let asked = folder.plan[block.block.size].resources
        guard let needed = asked.gpuMemory?.bytes, asked.gpus > 0 else { return .slot(first) }
        var waits: (gpu: String, free: Int64)?
        var isTooSmall: (gpu: String, total: Int64)?
        for slot in idleSlots {
            switch GPUBudget.room(needed: needed, on: devices.fresh(of: slot), promised: promised(but: slot)) {
            case .enough:
                toldWaiting.remove(index)
                return .slot(slot)
            case .later(let gpu, let free): waits = waits ?? (gpu, free)
            case .never(let gpu, let total): isTooSmall = (gpu, total)
            }
        }
        // A busy slot may have a larger one.
        guard waits != nil || idleSlots.count < slots else {
            guard let isTooSmall else { return .slot(first) }
            return .refused(
                "the job needs \(ByteCount(needed)) of memory of each GPU, and \(isTooSmall.gpu) has \(ByteCount(isTooSmall.total)) in all"
            )
        }
        isWaitingForRoom = true
        if let waits, toldWaiting.insert(index).inserted {
            outbox.append(.gpuWaiting(job: index, gpu: waits.gpu, needed: needed, free: waits.free))
            note(
                "job \(folder.row(index)?.id ?? "\(index)") waits: it needs \(ByteCount(needed)) of \(waits.gpu), where \(ByteCount(waits.free)) are free"
            )
        }
        return .later
    }

    /// What jobs that run have not taken yet of the memory that they were begun for, by GPU.
    private func promised(but slot: Int) -> [String: Int64] {
        var promised: [String: Int64] = [:]
        for job in jobs.values where job.slot != slot {
            guard let budget = folder.plan[job.held.block.size].resources.gpuMemory?.bytes else { continue }
            let uses = job.runs.first { $0.slot == job.slot }?.devices?.latest ?? []
            for device in devices.devices(of: job.slot) {
                let own = uses.first { $0.id == device.name.id }?.own ?? 0
                promised[device.name.id, default: 0] += max(0, budget - own)
            }
        }
        return promised
    }

    /// Looks at the GPUs of the stages that run, and tells the errors of these.
    func watchDevices(_ running: [(JobRun, StageRun)]) {
        devices.look()
        for (job, run) in running {
            run.group = memory.reading.current
            run.groupPeak = memory.reading.peak
            let pids = Set(run.programs.flatMap(\.sizes.keys))
            for error in run.devices?.take(pids: pids) ?? [] {
                outbox.append(.gpuError(job.key, stage: run.name, error))
                run.hasNews = true
            }
        }
    }

    /// Adds what was measured to the end of a stage, and what its GPUs say of a failure that nothing else explains. The
    /// outcome stays: a full GPU is a reason to look, and no proof.
    func addDevices(of run: StageRun, to ending: inout Ending) {
        ending.usage = run.usage
        ending.peakGPU = run.devices?.peak
        guard [.failed, .killed].contains(ending.outcome), ending.cause == nil, let hint = run.devices?.hint else {
            return
        }
        ending.cause = "stage '\(run.name)' \(Self.words(ending)); \(hint)"
    }

    /// What a program is told of its slot's GPUs.
    func gpuVariables(slot: Int, _ asked: Resources, size: Int) -> [(name: String, value: String)] {
        let share = GPUVariables.share(
            of: gpus.variables, slot: slot, perJob: asked.gpus, sharing: asked.sharing, isAMD: devices.isAMD)
        guard let budget = folder.plan[size].resources.gpuMemory?.bytes else { return share }
        let total = devices.fresh(of: slot).compactMap(\.total).min()
        return share
            + GPUVariables.budget(budget, total: total) { name in inherited.contains { $0.hasPrefix("\(name)=") } }
    }

    /// Names of each slot's GPUs, their numbers as Slurm or the node counts them, and the CPUs that programs are kept on.
    var slotDetails: JSON {
        let tokens = gpus.tokens ?? []
        let numbers = GPUBinding.numbers(of: tokens, told: gpus.numbers)
        return .array(
            (0..<slots).map { slot in
                let share = GPUVariables.share(
                    of: gpus.variables, slot: slot, perJob: folder.plan[size].resources.gpus,
                    sharing: folder.plan[size].resources.sharing, isAMD: false
                ).first.map { GPUShare.tokens($0.value) }
                let own = share?.compactMap { token in tokens.firstIndex(of: token).flatMap { numbers[$0] } }
                return .object([
                    "gpus": .strings(devices.devices(of: slot).map(\.name.id)),
                    "numbers": own.map { .array($0.map { .int($0) }) },
                    "cpus": slotCPUs[slot].map { .array($0.map { .int($0) }) },
                ])
            })
    }
}

extension DeviceWatch {
    /// The devices for people: name, model, number, bus, and whose instance it is.
    var details: JSON {
        .array(
            devices.map { device in
                .object([
                    "id": .string(device.name.id), "model": .string(device.model), "index": .int(device.name.index),
                    "bus": device.bus.map { .string($0) }, "whole": device.name.whole.map { .string($0) },
                    "divided": device.name.isDivided ? true : nil,
                ])
            })
    }
}
