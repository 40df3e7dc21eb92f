// Package sign makes the signatures of access keys, and writes the dates that they cover.
package sign

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"strings"
	"time"
)

// Sign returns the signature of an access key. It covers the unescaped path after
// the context path, and not the query.
func Sign(secret, method, date, path string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(method + "\n" + date + "\n/v1" + path))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Date writes a time as the server parses it. The server compares wall
// clocks and ignores the zone, but refuses a zone whose name it does not know:
// Go's abbreviations among them, so only full names and offsets are written.
func Date(t time.Time) string {
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
