package kinds

import (
	"regexp"
	"strings"
)

var uuids = regexp.MustCompile(`^[0-9a-fA-F]{32}$|^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// IsUUID reports whether a string has the form of a UUID.
func IsUUID(s string) bool { return uuids.MatchString(s) }

// UUID writes a UUID as the server has it: lower-case letters and no dashes.
func UUID(s string) string { return strings.ToLower(strings.ReplaceAll(s, "-", "")) }
