package zstack

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"
)

// sign is the signature of an access key. It covers the unescaped path after
// the context path, and not the query.
func sign(secret, method, date, path string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(method + "\n" + date + "\n/v1" + path))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signingDate writes a time as the server parses it. The server compares wall
// clocks and ignores the zone, but refuses a zone whose name it does not know:
// Go's abbreviations among them, so only full names and offsets are written.
func signingDate(t time.Time) string {
	zone := t.Location().String()
	switch {
	case zone == "UTC" || zone == "PRC":
	case strings.Contains(zone, "/") && !strings.HasPrefix(zone, "Etc/GMT"): // of which Java reads the start
	default:
		if _, offset := t.Zone(); offset == 0 {
			zone = "UTC"
		} else {
			zone = t.Format("GMT-07:00")
		}
	}
	return t.Format("Mon, 02 Jan 2006 15:04:05 ") + zone
}

// HashPassword returns a password as the server stores it and takes it: the
// lower-case hexadecimal SHA-512 of its bytes. The credentials [Account], [User]
// and [IAM2] do it themselves; actions send their password fields as given, so
// the caller of CreateAccountAction, CreateUserAction and their kin hashes.
func HashPassword(password string) string {
	sum := sha512.Sum512([]byte(password))
	return hex.EncodeToString(sum[:])
}
