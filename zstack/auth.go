package zstack

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// An authorization is what one request is authorized with: a session, or an access key.
type authorization struct {
	session string
	keyID   string
	secret  string
}

func (g authorization) empty() bool { return g.session == "" && g.keyID == "" }

// authorize sets a request's headers. path is the request's after "/v1",
// unescaped; now is in the server's time zone.
func (g authorization) authorize(header http.Header, method, path string, now time.Time) {
	switch {
	case g.session != "":
		header.Set("Authorization", "OAuth "+g.session)
	case g.keyID != "":
		date := signingDate(now)
		header.Set("Date", date)
		header.Set("Authorization", "ZStack "+g.keyID+":"+sign(g.secret, method, date, path))
	}
}

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
