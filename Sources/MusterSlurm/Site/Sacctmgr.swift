/// What accounting knows of a user's rights: the argument lists and the records (sacctmgr(1)).
///
/// Columns are asked for by the names that every release prints as their headings. A name of an account or a quality of
/// service cannot hold the `|` between them.
public enum Sacctmgr {
    /// The accounts of `user`, limits of the accounts above included; see ``associations(_:)``.
    public static func showAssociations(user: String, program: String = "sacctmgr") -> [String] {
        [
            program, "-nP", "show", "assoc", "where", "user=\(user)",
            "format=" + associationColumns.joined(separator: ","),
        ]
    }

    /// Every quality of service; see ``qualities(_:)``.
    public static func showQualities(program: String = "sacctmgr") -> [String] {
        [program, "-nP", "show", "qos", "format=" + qualityColumns.joined(separator: ",")]
    }

    /// The default account of `user`; see ``defaultAccount(_:user:)``.
    public static func showUser(_ user: String, program: String = "sacctmgr") -> [String] {
        [program, "-nP", "show", "user", "where", "name=\(user)", "format=User,DefaultAccount"]
    }

    /// Reads the answer to ``showAssociations(user:program:)``; other lines are left out.
    public static func associations(_ output: String) -> [SlurmAssociation] {
        rows(output, columns: associationColumns.count).compactMap { fields in
            guard let account = Text.value(fields[1]) else { return nil }
            return SlurmAssociation(
                cluster: Text.value(fields[0]), account: account, partition: Text.value(fields[2]),
                qos: Text.list(fields[3]), defaultQoS: Text.value(fields[4]), maxJobs: Text.number(fields[5]),
                maxSubmitJobs: Text.number(fields[6]), maxWall: limit(fields[7]),
                maxTRES: SlurmTRES(parsing: fields[8]),
                groupTRES: SlurmTRES(parsing: fields[9]), groupJobs: Text.number(fields[10]),
                groupSubmitJobs: Text.number(fields[11]))
        }
    }

    /// Reads the answer to ``showQualities(program:)``; other lines are left out.
    public static func qualities(_ output: String) -> [SlurmQoS] {
        rows(output, columns: qualityColumns.count).compactMap { fields in
            guard let name = Text.value(fields[0]) else { return nil }
            return SlurmQoS(
                name: name, priority: Text.number(fields[1]), flags: Set(Text.list(fields[2])),
                maxWall: limit(fields[3]),
                maxTRES: SlurmTRES(parsing: fields[4]), maxTRESPerUser: SlurmTRES(parsing: fields[5]),
                maxJobsPerUser: Text.number(fields[6]), maxSubmitJobsPerUser: Text.number(fields[7]),
                groupTRES: SlurmTRES(parsing: fields[8]), groupJobs: Text.number(fields[9]),
                groupSubmitJobs: Text.number(fields[10]))
        }
    }

    /// Reads the answer to ``showUser(_:program:)``.
    public static func defaultAccount(_ output: String, user: String) -> String? {
        rows(output, columns: 2).first { $0[0] == user }.flatMap { Text.value($0[1]) }
    }

    private static let associationColumns = [
        "Cluster", "Account", "Partition", "QOS", "DefaultQOS", "MaxJobs", "MaxSubmitJobs", "MaxWall", "MaxTRES",
        "GrpTRES", "GrpJobs", "GrpSubmitJobs",
    ]

    private static let qualityColumns = [
        "Name", "Priority", "Flags", "MaxWall", "MaxTRES", "MaxTRESPU", "MaxJobsPU", "MaxSubmitPU", "GrpTRES",
        "GrpJobs",
        "GrpSubmitJobs",
    ]

    /// Lines with exactly so many fields; a line that was cut off on its way is none.
    private static func rows(_ output: String, columns: Int) -> [[Substring]] {
        var (lines, isWhole) = Text.lines(output)
        if !isWhole { lines.removeLast() }
        return lines.map { line in Text.split(line, at: UInt8(ascii: "|")).map(Text.trimmed) }
            .filter { $0.count == columns }
    }

    private static func limit(_ text: Substring) -> SlurmTimeLimit? {
        SlurmTimeLimit(parsing: text)
    }
}
