package zstacktest

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/release"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// maxSkew is how far the Date of a signed request may be from the node's time.
const maxSkew = 15 * time.Minute

// A session is what a login gives.
type session struct {
	uuid    string
	account string
	created time.Time
	expires time.Time
}

// openSession starts a session of an account.
func (n *Node) openSession(uuid, account string, now time.Time) *session {
	s := &session{uuid: uuid, account: account, created: now, expires: now.Add(n.config.sessionTTL)}
	n.sessions[uuid] = s
	return s
}

// session returns a session that has not ended, or nil.
func (n *Node) session(uuid string, now time.Time) *session {
	s := n.sessions[uuid]
	if s != nil && !now.Before(s.expires) {
		delete(n.sessions, uuid)
		return nil
	}
	return s
}

func (s *session) inventory(rel *release.Release) *javajson.Object {
	o := &javajson.Object{Class: "org.zstack.header.identity.SessionInventory"}
	o.Add("uuid", s.uuid)
	o.Add("accountUuid", s.account)
	if !rel.Lacks["Session"]["userUuid"] {
		o.Add("userUuid", s.account)
	}
	o.Add("expiredDate", s.expires)
	o.Add("createDate", s.created)
	o.Add("noSessionEvaluation", false)
	return o
}

// authorize returns the account that a request comes from. A session that does
// not exist is a failure of the API, in its result; a signature that does not
// fit, and what is no authorization at all, are refused at once.
func (n *Node) authorize(r *http.Request, resource string, now time.Time) (account string, failure *apierr.Error, refused *apierr.Refusal) {
	if _, given := r.Header["Authorization"]; !given {
		return "", nil, apierr.Refusef(http.StatusBadRequest, "missing header 'Authorization'")
	}
	auth := strings.TrimSpace(r.Header.Get("Authorization"))
	scheme, value, _ := strings.Cut(auth, " ")
	if !n.release.StrictScheme && strings.EqualFold(scheme, "OAuth") {
		scheme = "OAuth"
	}
	switch {
	case scheme == "OAuth":
		s := n.session(strings.TrimSpace(value), now)
		if s == nil {
			return "", apierr.Failf(apierr.CodeInvalidSession, "Session expired"), nil
		}
		return s.account, nil, nil
	case scheme == "":
		return "", nil, apierr.Refusef(http.StatusBadRequest, "Authorization type must be 'OAuth'")
	case scheme == "ZStack" && !n.release.AccessKeys:
		return "", nil, apierr.Refusef(http.StatusInternalServerError, "RestAuthenticationType type: ZStack was not registered by any RestAuthenticationBackend")
	case scheme == "ZStack":
		account, refused = n.checkSignature(r, strings.TrimSpace(value), resource, now)
		return account, nil, refused
	default:
		return "", nil, apierr.Refusef(http.StatusBadRequest, "Authorization type must be 'OAuth'")
	}
}

// checkSignature checks a request that is signed with an access key and returns
// the key's account.
func (n *Node) checkSignature(r *http.Request, value, resource string, now time.Time) (string, *apierr.Refusal) {
	date := r.Header.Get("Date")
	if date == "" {
		return "", apierr.Refusef(http.StatusBadRequest, "'Date' must be incuded in request header")
	}
	wall, ok := parseJavaDate(date)
	if !ok {
		return "", apierr.Refusef(http.StatusBadRequest, "Date format error. The Date[%s] must conform to EEE, dd MMM yyyy HH:mm:ss z", date)
	}
	if skew := wall.Sub(wallClock(now.In(n.config.location))); skew > maxSkew || skew < -maxSkew {
		return "", apierr.Refusef(http.StatusForbidden, "requestTimeTooSkewed")
	}
	id, signature, ok := strings.Cut(value, ":")
	if !ok {
		return "", apierr.Refusef(http.StatusBadRequest, "accessKey format is 'ZStack AccessKeyId:Signature'")
	}
	keys := n.store.By("AccessKey", "AccessKeyID", id)
	if !slices.ContainsFunc(keys, func(k *store.Row) bool { return k.Str("state") == "Enabled" }) {
		return "", apierr.Refusef(http.StatusForbidden, "access key id: %s does not existed or disabled", id)
	}
	for _, k := range keys {
		mac := hmac.New(sha1.New, []byte(k.Str("AccessKeySecret")))
		mac.Write([]byte(r.Method + "\n" + date + "\n" + resource))
		want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
		if k.Str("state") == "Enabled" && hmac.Equal([]byte(want), []byte(signature)) {
			return k.Str("accountUuid"), nil
		}
	}
	return "", apierr.Refusef(http.StatusForbidden, "wrong accessKey signature")
}

// wallClock returns what the clock on the wall shows at t, as if it were UTC.
func wallClock(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// parseJavaDate reads a date as Java's DateTimeFormatter does with the pattern
// "EEE, dd MMM yyyy HH:mm:ss z" in English, and returns what the wall clock
// shows. The zone must be one that Java knows, and then counts for nothing: the
// server compares wall clocks.
func parseJavaDate(s string) (time.Time, bool) {
	const layout = "Mon, 02 Jan 2006 15:04:05"
	if len(s) < len(layout)+2 || s[len(layout)] != ' ' || !isJavaZone(s[len(layout)+1:]) {
		return time.Time{}, false
	}
	wall, err := time.Parse(layout, s[:len(layout)])
	// Java, unlike Go, minds the day of the week and the case of the names.
	return wall, err == nil && wall.Format(layout) == s[:len(layout)]
}

var (
	// Java wants the minutes of an offset: "+08" and "GMT+8" are refused.
	javaOffset = regexp.MustCompile(`^(Z|GMT0|((UTC|UT|GMT)([+-](0\d|1[0-8]):[0-5]\d(:[0-5]\d)?)?)|[+-](0\d|1[0-8]):[0-5]\d(:[0-5]\d)?)$`)
	javaRegion = regexp.MustCompile(`^[A-Z][A-Za-z_]+(/[A-Z][A-Za-z0-9_+-]*)+$`)
	// javaNames are the zones without a slash that are in use, and the
	// abbreviations that Java reads.
	javaNames = []string{
		"CET", "CST", "CDT", "CEST", "EET", "EST", "EDT", "HKT", "HST", "Hongkong", "IST", "JST", "Japan", "KST", "MST",
		"MDT", "NZ", "PDT", "PRC", "PST", "ROC", "ROK", "SGT", "Singapore", "UCT", "WET", "Zulu",
	}
)

func isJavaZone(zone string) bool {
	return javaOffset.MatchString(zone) || javaRegion.MatchString(zone) || slices.Contains(javaNames, zone)
}
