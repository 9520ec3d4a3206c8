import MusterCore

/// The items of a stage that runs.
struct StageItems {
    /// What waits, runs, is done or failed; nil while the items are still counted.
    var ledger: ItemLedger?
    /// How the first worker ended that failed.
    var failure: Ending?
    /// Kernel kills of all workers.
    var oomKills: Int64 = 0
    /// What the folder held when the batch began, where files are known by batch only.
    var before: FileList?
    /// Shares of the batch that ended well and are not written down yet.
    var unrecorded: [ItemShare] = []
    /// A worker of the batch failed: which files are whose can't be told.
    var isMixed = false
}
