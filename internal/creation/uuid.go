package creation

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// NewUUID returns a new random uuid: of version 4 without its dashes, 32 lower-case
// hexadecimal digits, which is the only form that servers take.
func NewUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: it ends the program instead
	return asUUID(b)
}

// IsUUID reports whether a string can be a uuid of the server.
func IsUUID(s string) bool {
	return len(s) == 32 && strings.Trim(s, "0123456789abcdef") == ""
}

// ResourceUUID returns the uuid of what a call creates, which follows from the call's first
// job uuid and the name of its action.
func ResourceUUID(jobUUID, action string) string {
	var seed [128]byte
	sum := sha256.Sum256(append(append(append(seed[:0], jobUUID...), ' '), action...))
	return asUUID([16]byte(sum[:]))
}

// asUUID writes bytes as a UUID of version 4 without its dashes, which is what servers
// take.
func asUUID(b [16]byte) string {
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	var written [32]byte
	hex.Encode(written[:], b[:])
	return string(written[:])
}
