/// A page as a value: what stands on it, in parts of which each can be sent anew by itself.
struct Page {
    /// A way back.
    struct Crumb {
        var name: String, path: String
    }
    /// A part of the page.
    struct Part {
        /// Its name on the page.
        var id: String
        /// Classes of the style sheet.
        var style = ""
        var html: String
    }

    var title: String
    var crumbs: [Crumb] = []
    var parts: [Part]
    /// It can change while it is looked at.
    var isLive = true
    /// Something on it changes without the history telling: logs.
    var isWritten = false
}
