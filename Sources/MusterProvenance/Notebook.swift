import MusterCore

/// A Jupyter notebook without what running it leaves behind, so that equal code has an equal hash.
///
/// What is taken away stands in docs/provenance.md. What is left is written with sorted keys and whole texts, which no
/// program but this one writes: the hash names the code, not a file.
public enum Notebook {
    /// Whether a path is a notebook's.
    public static func isNotebook(_ path: String) -> Bool { path.lowercased().hasSuffix(".ipynb") }

    /// The canonical content, or nil where this is no notebook of the form 4 (nbformat).
    public static func stripped(_ content: some Collection<UInt8>) -> [UInt8]? {
        guard let json = try? JSON(parsing: content), let members = json.members, json["cells"]?.array != nil else {
            return nil
        }
        let bare = members.map { member in
            switch member.key {
            case "cells": JSON.Member("cells", .array((member.value.array ?? []).enumerated().map(cell)))
            case "metadata":
                JSON.Member("metadata", .object((member.value.members ?? []).filter { !noise.contains($0.key) }))
            default: member
            }
        }
        return JSON.object(bare).canonical.bytes
    }

    /// Git's name for the code of a notebook; nil where this is none.
    public static func hash(_ content: some Collection<UInt8>) -> String? { stripped(content).map { GitBlob.hash($0) } }

    /// Of the notebook's own metadata: widgets' states and signatures.
    private static let noise: Set<String> = ["signature", "widgets"]
    /// Of a cell's metadata: what front ends note while people run and scroll.
    private static let cellNoise: Set<String> = [
        "ExecuteTime", "collapsed", "execution", "heading_collapsed", "hidden", "scrolled",
    ]

    private static func cell(_ index: Int, _ cell: JSON) -> JSON {
        let metadata = cell["metadata"]
        let tags = metadata?["tags"]?.array ?? []
        let keeps =
            metadata?["keep_output"]?.bool == true || metadata?["init_cell"]?.bool == true
            || tags.contains(.string("keep_output"))
        return .object(
            (cell.members ?? []).map { member in
                switch member.key {
                case "outputs": keeps ? member : JSON.Member("outputs", .array([]))
                case "execution_count": JSON.Member("execution_count", .null)
                // Identities of cells are random; where they stand is not.
                case "id": JSON.Member("id", .string("\(index)"))
                case "source": JSON.Member("source", text(member.value))
                case "metadata":
                    JSON.Member(
                        "metadata", .object((member.value.members ?? []).filter { !cellNoise.contains($0.key) }))
                default: member
                }
            })
    }

    /// The format allows a text and a list of its lines.
    private static func text(_ value: JSON) -> JSON {
        guard let lines = value.array else { return value }
        return .string(lines.compactMap(\.string).joined())
    }
}
