extension EventBody {
    /// The `kind` of the line.
    public var kind: String {
        switch self {
        case .agentStarted: "agent.started"
        case .agentEnded: "agent.ended"
        case .blockClaimed: "block.claimed"
        case .fenced: "fenced"
        case .requeued: "requeued"
        case .noSpace: "no_space"
        case .nodeSick: "node.sick"
        case .codeChanged: "code.changed"
        case .jobStarted: "job.started"
        case .jobRetried: "job.retried"
        case .jobEnded: "job.ended"
        case .jobCached: "job.cached"
        case .assetMade: "asset.made"
        case .stageStarted: "stage.started"
        case .stageEnded: "stage.ended"
        case .oom: "oom"
        case .lastSeen: "last.seen"
        case .gpuError: "gpu.error"
        case .gpuWaiting: "gpu.waiting"
        case .submitting: "submitting"
        case .submitted: "submitted"
        case .scheduler: "scheduler"
        case .cancelRequested: "cancel.requested"
        case .retryRequested: "retry.requested"
        case .jobsHeld: "jobs.held"
        case .jobsReleased: "jobs.released"
        case .runThrottled: "run.throttled"
        case .schedulerCalls: "scheduler.calls"
        case .runHalted: "run.halted"
        case .runLifted: "run.lifted"
        case .notified: "run.notified"
        case .runEnded: "run.ended"
        case .sample: "sample"
        case .provenance(let kind, _): kind
        case .unknown(let kind, _): kind
        }
    }

    /// The attempt that it is about, if it is about one.
    public var attempt: AttemptKey? {
        switch self {
        case .jobStarted(let key, _, _, _), .jobRetried(let key, _, _), .jobEnded(let key, _, _),
            .stageStarted(let key, _, _), .stageEnded(let key, _, _, _), .oom(let key, _, _, _),
            .gpuError(let key, _, _), .assetMade(let key, _, _), .sample(let key, _, _), .lastSeen(let key, _, _):
            key
        default: nil
        }
    }

    /// The fields of the body, behind the envelope's.
    var fields: [JSON.Member] {
        switch self {
        case .agentStarted(let node, let lane, let element, let restart, let slots, let details):
            [
                .init("node", .string(node)), .init("lane", .string(lane)), .init("element", .string(element)),
                .init("restart", .int(restart)), .init("slots", .int(slots)), .init("details", details),
            ]
        case .agentEnded(let reason): [.init("reason", .string(reason))]
        case .blockClaimed(let block, let generation, let takeover):
            [.init("block", .string(block)), .init("gen", .int(generation)), .init("takeover", .bool(takeover))]
        case .fenced(let block, let reason): [.init("block", .string(block)), .init("reason", .string(reason))]
        case .requeued(let element, let restart, let refused):
            [.init("element", .string(element)), .init("restart", .int(restart))]
                + (refused.map { [.init("refused", .string($0))] } ?? [])
        case .noSpace(let path, let free, let total, let isOver):
            JSON.object([
                "path": .string(path), "free": free.map { .int($0) }, "total": total.map { .int($0) },
                "over": .bool(isOver),
            ]).members ?? []
        case .nodeSick(let node, let reason): [.init("node", .string(node)), .init("reason", .string(reason))]
        case .codeChanged(let node, let change): [.init("node", .string(node))] + change.fields
        case .jobStarted(let key, let node, let slot, let folder):
            key.fields + [
                .init("node", .string(node)), .init("slot", .int(slot)), .init("folder", .string(folder)),
            ]
        case .jobRetried(let key, let why, let set):
            key.fields + [.init("why", .string(why))] + (set.isEmpty ? [] : [.init("set", .object(set))])
        case .jobEnded(let key, let ending, let superseded):
            key.fields + ending.fields + [.init("superseded", .bool(superseded))]
        case .jobCached(let job): [.init("job", .int(job))]
        case .assetMade(let key, let stage, let asset):
            key.fields + [.init("stage", .string(stage))] + asset.fields
        case .stageStarted(let key, let stage, let pid):
            key.fields + [.init("stage", .string(stage)), .init("pid", .int(pid))]
        case .stageEnded(let key, let stage, let ending, let reused):
            key.fields + [.init("stage", .string(stage))] + ending.fields + [.init("reused", .bool(reused))]
        case .oom(let key, let stage, let kills, let limit):
            key.fields + [.init("stage", .string(stage)), .init("kills", .int(kills))]
                + (limit.map { [.init("limit", .int($0))] } ?? [])
        case .lastSeen(let key, let rss, let excuse):
            key.fields + (rss.map { [.init("rss", .int($0))] } ?? [])
                + (excuse.map { [.init("excuse", .string($0))] } ?? [])
        case .gpuError(let key, let stage, let error): key.fields + [.init("stage", .string(stage))] + error.fields
        case .gpuWaiting(let job, let gpu, let needed, let free):
            [
                .init("job", .int(job)), .init("gpu", .string(gpu)), .init("needed", .int(needed)),
                .init("free", .int(free)),
            ]
        case .submitting(let token, let elements):
            [.init("token", .string(token)), .init("elements", .int(elements))]
        case .submitted(let token, let id): [.init("token", .string(token)), .init("id", .string(id))]
        case .scheduler(let element, let restart, let state, let exit, let ended):
            [
                .init("element", .string(element)), .init("restart", .int(restart)), .init("state", .string(state)),
                .init("exit", .string(exit)), .init("ended", .bool(ended)),
            ]
        case .cancelRequested(let jobs), .jobsHeld(let jobs), .jobsReleased(let jobs):
            [.init("jobs", .array(jobs.map { JSON.int($0) }))]
        case .retryRequested(let jobs, let ask): [.init("jobs", .array(jobs.map { JSON.int($0) }))] + ask.fields
        case .runThrottled(let limit): [.init("limit", .int(limit))]
        case .schedulerCalls(let calls): [.init("calls", .object(calls))]
        case .runHalted(let reason): [.init("reason", .string(reason))]
        case .notified(let about): [.init("about", .string(about))]
        case .runLifted, .runEnded: []
        case .sample(let key, let stage, let reading):
            key.fields + [.init("stage", .string(stage))] + reading.fields
        case .provenance(_, let fields): fields
        case .unknown(_, let json): json.body
        }
    }

    /// Reads the body of a line; a known kind whose fields make no sense is kept as unknown, so nothing is dropped.
    init(kind: String, json: JSON) {
        self = Self.known(kind: kind, json: json) ?? .unknown(kind: kind, json: json)
    }

    private static func known(kind: String, json: JSON) -> EventBody? {
        func text(_ key: String) -> String { json[key]?.string ?? "" }
        func number(_ key: String) -> Int { Int(clamping: json[key]?.int ?? 0) }
        let key = AttemptKey(json: json)
        switch kind {
        case "agent.started":
            return .agentStarted(
                node: text("node"), lane: text("lane"), element: text("element"), restart: number("restart"),
                slots: number("slots"), details: json["details"] ?? .object([]))
        case "agent.ended": return .agentEnded(reason: text("reason"))
        case "block.claimed":
            return .blockClaimed(
                block: text("block"), generation: number("gen"), takeover: json["takeover"]?.bool ?? false)
        case "fenced": return .fenced(block: text("block"), reason: text("reason"))
        case "requeued":
            return .requeued(
                element: text("element"), restart: number("restart"), refused: json["refused"]?.string)
        case "no_space":
            return .noSpace(
                path: text("path"), free: json["free"]?.int, total: json["total"]?.int,
                isOver: json["over"]?.bool ?? false)
        case "node.sick": return .nodeSick(node: text("node"), reason: text("reason"))
        case "code.changed":
            return CodeChange(json: json).map { .codeChanged(node: text("node"), $0) }
        case "job.started" where key.job >= 0:
            return .jobStarted(key, node: text("node"), slot: number("slot"), folder: text("folder"))
        case "job.retried" where key.job >= 0:
            return .jobRetried(key, why: text("why"), set: json["set"]?.members ?? [])
        case "job.ended" where key.job >= 0:
            return Ending(json: json).map { .jobEnded(key, $0, superseded: json["superseded"]?.bool ?? false) }
        case "job.cached" where key.job >= 0: return .jobCached(job: key.job)
        case "asset.made" where key.job >= 0:
            return MadeAsset(json: json).map { .assetMade(key, stage: text("stage"), $0) }
        case "stage.started" where key.job >= 0:
            return .stageStarted(key, stage: text("stage"), pid: number("pid"))
        case "stage.ended" where key.job >= 0:
            return Ending(json: json).map {
                .stageEnded(key, stage: text("stage"), $0, reused: json["reused"]?.bool ?? false)
            }
        case "oom" where key.job >= 0:
            return .oom(key, stage: text("stage"), kills: json["kills"]?.int ?? 0, limit: json["limit"]?.int)
        case "last.seen" where key.job >= 0:
            return .lastSeen(key, rss: json["rss"]?.int, excuse: json["excuse"]?.string)
        case "gpu.error" where key.job >= 0:
            return GPUError(json: json).map { .gpuError(key, stage: text("stage"), $0) }
        case "gpu.waiting":
            return .gpuWaiting(
                job: key.job, gpu: text("gpu"), needed: json["needed"]?.int ?? 0, free: json["free"]?.int ?? 0)
        case "submitting": return .submitting(token: text("token"), elements: number("elements"))
        case "submitted": return .submitted(token: text("token"), schedulerID: text("id"))
        case "scheduler":
            return .scheduler(
                element: text("element"), restart: number("restart"), state: text("state"), exit: text("exit"),
                ended: json["ended"]?.bool ?? false)
        case "cancel.requested": return .cancelRequested(jobs: json.jobs)
        case "retry.requested": return .retryRequested(jobs: json.jobs, Ask(json: json))
        case "jobs.held": return .jobsHeld(jobs: json.jobs)
        case "jobs.released": return .jobsReleased(jobs: json.jobs)
        case "run.throttled": return .runThrottled(limit: max(0, number("limit")))
        case "scheduler.calls": return .schedulerCalls(json["calls"]?.members ?? [])
        case "run.halted": return .runHalted(reason: text("reason"))
        case "run.lifted": return .runLifted
        case "run.notified": return .notified(about: text("about"))
        case "run.ended": return .runEnded
        case "sample" where key.job >= 0:
            return .sample(key, stage: text("stage"), Reading(json: json))
        case "workflow.registered", "workflow.changed", "workflow.type", "execution.created", "execution.moved",
            "execution.changed", "asset.used", "dataset.registered", "dataset.files":
            return .provenance(kind: kind, fields: json.body)
        default: return nil
        }
    }
}

extension JSON {
    /// The members that are not the envelope's.
    fileprivate var body: [Member] {
        (members ?? []).filter { !["v", "run", "src", "seq", "t", "m", "kind"].contains($0.key) }
    }
    fileprivate var jobs: [Int] { (self["jobs"]?.array ?? []).compactMap { $0.int.map { Int($0) } } }
}

extension Reading {
    var fields: [JSON.Member] {
        JSON.object([
            "item": item.map(JSON.string), "done": done.map(JSON.double), "total": total.map(JSON.double),
            "message": message.map(JSON.string), "rss": rss.map { .int($0) }, "cpu": cpu.map { .int($0) },
            "read": read.map { .int($0) }, "written": written.map { .int($0) }, "group": group.map { .int($0) },
            "gpus": gpus.isEmpty ? nil : .array(gpus.map(\.json)),
        ]).members ?? []
    }

    init(json: JSON) {
        self.init(
            item: json["item"]?.string, done: json["done"]?.double, total: json["total"]?.double,
            message: json["message"]?.string, rss: json["rss"]?.int, cpu: json["cpu"]?.int)
        read = json["read"]?.int
        written = json["written"]?.int
        group = json["group"]?.int
        gpus = (json["gpus"]?.array ?? []).compactMap(GPUUse.init(json:))
    }
}
