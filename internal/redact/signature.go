package redact

import (
	"slices"
	"strings"
)

// signingNames are the parameters in an address's query that open what it names to
// whoever has the address: those of object stores' signed addresses, and what programs
// commonly call theirs. They are compared in lower case.
var signingNames = []string{
	"access_token", "accesstoken", "apikey", "api_key", "auth", "authorization", "key", "passwd", "password",
	"pwd", "secret", "security-token", "securitytoken", "sessionid", "session_id", "sig", "sign", "signature", "token",
	"x-amz-security-token", "x-amz-signature", "x-goog-signature", "x-oss-security-token", "x-oss-signature",
}

// signatures returns where the values of such parameters are in an address, in its query or
// in its fragment.
func signatures(s string) []span {
	start := strings.IndexAny(s, "?#")
	if start < 0 {
		return nil
	}
	var parts []span
	for i := start; i < len(s); {
		from := i + 1 // behind the sign that separates the parameters
		end := len(s)
		if next := strings.IndexAny(s[from:], "?#&;"); next >= 0 {
			end = from + next
		}
		name, _, found := strings.Cut(s[from:end], "=")
		if found && slices.Contains(signingNames, strings.ToLower(name)) {
			parts = append(parts, span{from + len(name) + len("="), end})
		}
		i = end
	}
	return parts
}
