/* What Debian's libssh.a calls of a Kerberos library. libssh calls these only for gssapi-with-mic, which
 * muster does not ask for where it finds no Kerberos library. They are here so that none is needed, and
 * say "unavailable" (RFC 2744, routine error 16) to whoever calls them all the same. */
#define UNAVAILABLE(name) \
    __attribute__((visibility("hidden"))) unsigned name(void) { return 16u << 16; }

UNAVAILABLE(gss_accept_sec_context)
UNAVAILABLE(gss_acquire_cred)
UNAVAILABLE(gss_add_oid_set_member)
UNAVAILABLE(gss_create_empty_oid_set)
UNAVAILABLE(gss_display_name)
UNAVAILABLE(gss_display_status)
UNAVAILABLE(gss_get_mic)
UNAVAILABLE(gss_import_name)
UNAVAILABLE(gss_indicate_mechs)
UNAVAILABLE(gss_init_sec_context)
UNAVAILABLE(gss_inquire_cred)
UNAVAILABLE(gss_inquire_cred_by_mech)
UNAVAILABLE(gss_release_buffer)
UNAVAILABLE(gss_release_cred)
UNAVAILABLE(gss_release_name)
UNAVAILABLE(gss_release_oid_set)
UNAVAILABLE(gss_test_oid_set_member)
UNAVAILABLE(gss_verify_mic)

__attribute__((visibility("hidden"))) void *GSS_C_NT_HOSTBASED_SERVICE, *GSS_C_NT_USER_NAME;
