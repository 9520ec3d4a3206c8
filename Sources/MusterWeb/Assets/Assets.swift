/// The files that pages load. They stand in the program itself, which is one file where it is handed on.
enum Assets {
    /// A small field of jobs.
    static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3.5" fill="#17324d"/>\
        <g fill="#38b48b"><rect x="3" y="3" width="4" height="4" rx="1"/><rect x="9" y="3" width="4" height="4" rx="1"/>\
        <rect x="3" y="9" width="4" height="4" rx="1"/></g><rect x="9" y="9" width="4" height="4" rx="1" fill="#ef8354"/></svg>
        """
}
