import Foundation
import MusterCore
import MusterProducts
import Synchronization

/// A folder for products and a line of steps over it: `c` is made of `a` and `b`, `d` of `c`. What is done is noted.
final class Workshop: Sendable {
    let root: String
    let events = Mutex<[ProductEvent]>([])
    let runs = Mutex<[String]>([])

    static let a = Product<Int>.json("a")
    static let b = Product<Int>.json("b")
    static let c = Product<Int>.json("c")
    static let d = Product<String>.json("d")

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "muster-products-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// Where products are kept.
    var folder: ProductFolder { ProductFolder("\(root)/products") }

    /// What was told since the last call, as `building d`.
    func told() -> [String] {
        events.withLock { events in
            defer { events = [] }
            return events.map { "\($0.kind.rawValue) \($0.product)" }
        }
    }

    /// The steps that ran since the last call.
    func ran() -> [String] {
        runs.withLock { runs in
            defer { runs = [] }
            return runs
        }
    }

    /// The steps; `codeOfC` is the version of the one in the middle.
    func steps(codeOfC: String = "1") -> [ProductStep] {
        [
            ProductStep("make_d", code: "1", parameters: [], requires: [Self.c], produces: Self.d) {
                self.runs.withLock { $0.append("make_d") }
                return "d of \(try $0[Self.c])"
            },
            ProductStep("make_c", code: codeOfC, parameters: [], requires: [Self.a, Self.b], produces: Self.c) {
                self.runs.withLock { $0.append("make_c") }
                return try $0[Self.a] + $0[Self.b]
            },
            ProductStep("make_a", code: "1", parameters: ["x"], produces: Self.a) {
                self.runs.withLock { $0.append("make_a") }
                return Int(try $0.parameter("x").int ?? 0)
            },
            ProductStep("make_b", code: "1", parameters: ["y"], produces: Self.b) {
                self.runs.withLock { $0.append("make_b") }
                return Int(try $0.parameter("y").int ?? 0)
            },
        ]
    }

    /// A runner as a new process would have it.
    func runner(
        x: JSON = 1, y: JSON = 2, codeOfC: String = "1", hasIdentity: Bool = true
    ) async throws -> ProductRunner {
        let values = ["x": x, "y": y]
        return try await runner(
            steps(codeOfC: codeOfC),
            parameters: ProductParameters(identity: hasIdentity ? values : nil, others: hasIdentity ? [:] : values))
    }

    /// A runner of other steps.
    func runner(
        _ steps: [ProductStep], inputs: [ProductInput] = [],
        parameters: ProductParameters = ProductParameters(identity: [:]), atOnce: Int? = nil
    ) async throws -> ProductRunner {
        let runner = try ProductRunner(
            folder: folder, steps: steps, inputs: inputs, parameters: parameters, atOnce: atOnce)
        await runner.observe { event in self.events.withLock { $0.append(event) } }
        return runner
    }

    /// Names in the products' folder.
    func names() -> [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted() }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(root)/\(name)"))
    }

    func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: "\(root)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }
}
