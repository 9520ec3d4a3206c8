/// How the folder of a job's results is called below the output root.
public enum OutputLayout: Hashable, Sendable {
    /// `SCENE`, with a sweep `POINT/SCENE`.
    case plain
    /// As My3DIS names its run folders.
    case my3dis(My3DISLayout)

    /// What stands in folders for the run's time stamp until a run is submitted.
    public static let stamp = "{run.stamp}"

    /// The absolute path of a job's results.
    public func folder(of scene: Scene, at point: Point, below root: String) -> String {
        let levels: [String] =
            switch self {
            case .plain: [root, point.id, scene.name]
            case .my3dis(let layout): [root] + layout.levels(scene: scene.name, point: point)
            }
        return levels.filter { !$0.isEmpty }.joined(separator: "/")
    }
}

/// What My3DIS's run folders are named after.
///
/// `[STAMP/][POINT/]SCENE/STAMP_L2_4_6_ssam3[_propmaxN][_areaM][_fillN][_gaps][_scaleRx][_TAG]`, or without a stamp of its
/// own `SCENE[/TAG]`. The stamps are the run's, so all of its jobs share one.
public struct My3DISLayout: Hashable, Sendable {
    /// `experiment.aggregate_output`: the parent folder's name, ``OutputLayout/stamp`` unless `run_timestamp` gives one.
    public var parent: String?
    /// False in single-scene mode: there is no level for the scene.
    public var hasSceneLevel: Bool
    /// `stages.ssam.append_timestamp`.
    public var appendsStamp: Bool
    /// The tag, where it may stand in paths.
    public var tag: String?
    /// Parameters of the stage `ssam` that the name shows; a point may set each of them otherwise.
    public var parameters: [JSON.Member]

    /// Gathers the parts.
    public init(parent: String?, hasSceneLevel: Bool, appendsStamp: Bool, tag: String?, parameters: [JSON.Member]) {
        self.parent = parent
        self.hasSceneLevel = hasSceneLevel
        self.appendsStamp = appendsStamp
        self.tag = tag
        self.parameters = parameters
    }

    func levels(scene: String, point: Point) -> [String] {
        let own = appendsStamp ? name(at: point) : tag ?? ""
        return [parent ?? "", point.id, hasSceneLevel ? scene : "", own]
    }

    /// The run folder's own name at a point.
    public func name(at point: Point) -> String {
        func value(_ key: String) -> JSON {
            point.values.last { $0.key == "ssam.\(key)" }?.value ?? parameters.last { $0.key == key }?.value ?? .null
        }
        let levels = (value("levels").array ?? [value("levels")]).map(Placeholders.text)
        var name =
            "\(OutputLayout.stamp)_L\(levels.joined(separator: "_"))_ssam\(Placeholders.text(value("ssam_freq")))"
        if let most = value("sam2_max_propagate").int { name += "_propmax\(most)" }
        let area = value("min_area").int ?? 300
        if area != 300 { name += "_area\(area)" }
        if let fill = value("fill_area").int, fill != area { name += "_fill\(fill)" }
        if value("add_gaps").bool == true { name += "_gaps" }
        if value("downscale_masks").bool == true, let ratio = value("downscale_ratio").double, ratio != 1 {
            name += "_scale\(Self.ratio(ratio))x"
        }
        return tag.map { "\(name)_\($0)" } ?? name
    }

    /// Three decimals, trailing zeros cut: `0.3`, `0.125`, `1`.
    private static func ratio(_ value: Double) -> String {
        var text = NumberFormat(".3f")?.text(of: .double(value)) ?? ""
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}
