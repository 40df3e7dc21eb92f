package conformance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// siteKinds are the kinds of what the site shows at a path.
var siteKinds = map[string]string{
	"/v1/zones": "Zone", "/v1/clusters": "Cluster", "/v1/hosts": "Host", "/v1/images": "Image", "/v1/instance-offerings": "InstanceOffering",
	"/v1/disk-offerings": "DiskOffering", "/v1/l2-networks": "L2Network", "/v1/l3-networks": "L3Network", "/v1/primary-storage": "PrimaryStorage",
	"/v1/backup-storage": "BackupStorage",
}

// A replay sends the requests of a step to a node of its own.
type replay struct {
	t       *testing.T
	node    *zstacktest.Node
	now     time.Time
	release string
	// uuids are those of the recording, by name.
	uuids map[string]string
	// account is the session that the last login gave.
	account string
	tr      translation
}

// recordedSession is the administrator's, and endedSession one that there is not.
const (
	recordedSession = "11111111111111111111111111111111"
	endedSession    = "22222222222222222222222222222222"
)

// asAccount are the requests, by the name of their step, that the account that logged in
// last sent: the recording masks sessions. Each is the first and the last of a run of them,
// counted from the step's first.
var asAccount = map[string]map[string][][2]int{
	"5.2.1":        {"account: create, log in, denied, quota, share, delete": {{7, 16}, {20, 20}, {26, 29}, {34, 34}}},
	"zsvirt-1.0.0": {"account: create, log in, denied, quota, share, delete": {{9, 17}, {21, 21}, {27, 28}, {34, 34}}},
}

// newReplay makes a node that has what the site showed.
func newReplay(t *testing.T, release string, site step) *replay {
	t.Helper()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	r := &replay{t: t, now: time.Date(2026, 11, 26, 7, 33, 49, 0, shanghai), release: release}
	r.tr = translation{ours: map[string]string{}, known: map[string]bool{}}
	r.node = zstacktest.New(zstacktest.WithRelease(release), zstacktest.WithContextPath(""), zstacktest.WithLocation(shanghai),
		zstacktest.WithClock(func() time.Time { return r.now }), zstacktest.WithJobDelay(time.Second), zstacktest.WithSession(recordedSession), zstacktest.WithSeed(1),
		zstacktest.WithWebhookClient(&http.Client{Transport: transport(func(*http.Request) (*http.Response, error) { return answer(http.StatusOK, ""), nil })}))
	t.Cleanup(func() { require.NoError(t, r.node.Close()) })
	for _, x := range site.exchanges {
		kind, ok := siteKinds[x.Path]
		if !ok {
			continue
		}
		var body struct {
			Schema      map[string]string
			Inventories []map[string]any
		}
		require.NoError(t, json.Unmarshal([]byte(x.RespBody), &body))
		for i, row := range body.Inventories {
			row["@class"] = body.Schema[fmt.Sprintf("inventories[%d]", i)]
			r.node.Add(kind, row)
		}
		for _, uuid := range hexUUID.FindAllString(x.RespBody, -1) {
			r.tr.known[uuid] = true
		}
	}
	return r
}

// send sends a request as it was recorded, in the names of the node.
func (r *replay) send(x exchange, session string) (status int, body string) {
	req := httptest.NewRequest(x.Method, "http://127.0.0.1:8989"+r.tr.translate(x.Path), strings.NewReader(r.tr.translate(x.ReqBody)))
	if uuid := x.ReqHeaders["X-Job-Uuid"]; strings.HasPrefix(x.RespBody, "Duplicate job uuid[") && !r.tr.known[uuid] {
		// An earlier recording had used it.
		r.tr.known[uuid] = true
		r.send(exchange{Method: http.MethodDelete, Path: "/v1/zones/" + endedSession, ReqHeaders: x.ReqHeaders}, session)
	}
	for name, value := range x.ReqHeaders {
		switch {
		case value == "OAuth <masked>":
			value = "OAuth " + session
		case value == "ZStack <masked>":
			value = "ZStack key:signature"
			req.Header.Set("Date", r.now.Format(time.RFC1123Z[:len(time.RFC1123Z)-5]+"-07:00"))
		case name == "X-Job-Uuid":
			r.tr.known[value] = true
		}
		req.Header.Set(name, value)
	}
	if strings.Contains(x.RespBody, `"schema":`) {
		req.Header.Set("X-Json-Schema", "true")
	}
	w := httptest.NewRecorder()
	r.node.ServeHTTP(w, req)
	return w.Code, w.Body.String()
}

// run replays the step and returns how the node differed, and in how many replies.
func (r *replay) run(s step) (diffs []string, differing int) {
	for i, x := range s.exchanges {
		if x.Status == 0 {
			r.send(x, r.sessionOf(s, i)) // The client gave up, and the node went on.
			continue
		}
		if !x.runs() && !slices.ContainsFunc(s.exchanges[i:], func(later exchange) bool { return later.runs() && r.pending(later) }) || x.isPoll() && !x.runs() {
			r.now = r.now.Add(time.Second)
		}
		status, body := r.send(x, r.sessionOf(s, i))
		var login struct{ Inventory struct{ UUID string } }
		if strings.HasSuffix(x.Path, "/login") && json.Unmarshal([]byte(body), &login) == nil {
			r.account = login.Inventory.UUID
		}
		if x.runs() && status == http.StatusOK {
			continue // It had more time here.
		}
		var own []string
		where := x.Method + " " + shape(x)
		if status != x.Status {
			own = append(own, fmt.Sprintf("want status %d, got %d (%s)", x.Status, status, short(strings.TrimSpace(body))))
		} else {
			var want, have any
			if json.Unmarshal([]byte(x.RespBody), &want) != nil {
				want = strings.TrimSpace(x.RespBody)
			}
			if json.Unmarshal([]byte(body), &have) != nil {
				have = strings.TrimSpace(body)
			}
			r.tr.compare("", want, have, &own)
		}
		if len(own) > 0 {
			differing++
			if os.Getenv("REPLAY") != "" {
				fmt.Printf("## %s n=%d %s %s %s\n   want %s\n   got  %s\n", s.name, x.N, x.Method, x.Path, x.ReqBody, x.RespBody, body)
			}
		}
		for _, d := range own {
			diffs = append(diffs, where+" "+d)
		}
	}
	r.finish(s)
	slices.Sort(diffs)
	return slices.Compact(diffs), differing
}

// sessionOf is the session that a request of a step was sent in: one that has ended where the
// node said so.
func (r *replay) sessionOf(s step, i int) string {
	for _, run := range asAccount[r.release][s.name] {
		if run[0] <= i && i <= run[1] {
			return r.account
		}
	}
	x := s.exchanges[i]
	for _, later := range s.exchanges[i:] {
		answers := later.N == x.N || later.isPoll() && x.ReqHeaders["X-Job-Uuid"] != "" && strings.HasSuffix(later.Path, x.ReqHeaders["X-Job-Uuid"])
		if answers && !x.isPoll() && strings.Contains(later.RespBody, `"ID.1001"`) {
			return endedSession
		}
	}
	return recordedSession
}

// finish does what a step did and the recording does not have: of the calls that make many
// offerings alike it keeps the first. All of them get the UUIDs that they had, since later
// steps read them in that order.
func (r *replay) finish(s step) {
	const offerings = 600
	if s.name != "queries: 600 disk offerings, 50 at a time" {
		return
	}
	prefix := ""
	for _, x := range s.exchanges {
		var body struct{ Params struct{ Name string } }
		if x.Method == http.MethodPost && json.Unmarshal([]byte(x.ReqBody), &body) == nil {
			prefix, _, _ = strings.Cut(body.Params.Name, "-")
		}
	}
	r.now = r.now.Add(time.Second)
	for i := range offerings {
		name := fmt.Sprintf("%s-%03d", prefix, i)
		uuid := r.uuids[name]
		if uuid == "" {
			uuid = fmt.Sprintf("ffffffff%024x", i)
		}
		for _, own := range r.named("/v1/disk-offerings", name) {
			r.node.Remove("DiskOffering", own)
		}
		r.tr.ours[uuid], r.tr.known[uuid] = uuid, true
		fields := map[string]any{"uuid": uuid, "name": name, "diskSize": int64(i%7+1) << 20, "sortKey": i % 5}
		if i%3 == 0 {
			fields["description"] = fmt.Sprintf("Desc %d", i%10)
		}
		r.node.Add("DiskOffering", fields)
	}
}

// named are the UUIDs of what the node has of a name.
func (r *replay) named(path, name string) []string {
	_, body := r.send(exchange{Method: http.MethodGet, Path: path + "?fields=uuid&q=name=" + name, ReqHeaders: map[string]string{"Authorization": "OAuth <masked>"}}, recordedSession)
	return hexUUID.FindAllString(body, -1)
}

// uuidsOf are the UUIDs of what a recording shows, by name.
func uuidsOf(steps []step) map[string]string {
	uuids := make(map[string]string)
	for _, s := range steps {
		for _, x := range s.exchanges {
			for _, m := range uuidAndName.FindAllStringSubmatch(x.RespBody, -1) {
				uuids[m[2]] = m[1]
			}
		}
	}
	return uuids
}

var uuidAndName = regexp.MustCompile(`"uuid":"([0-9a-f]{32})","name":"([^"]+)"`)

// pending reports whether a poll is of a job that the node has been sent.
func (r *replay) pending(poll exchange) bool {
	_, uuid, _ := strings.Cut(poll.Path, "/v1/api-jobs/")
	return r.tr.known[uuid]
}

// shape is a request's path without what is particular about it.
func shape(x exchange) string {
	path, _, _ := strings.Cut(x.Path, "?")
	path = hexUUID.ReplaceAllString(path, "{}")
	var body map[string]any
	if x.Method == http.MethodPut && json.Unmarshal([]byte(x.ReqBody), &body) == nil {
		for name := range body {
			if name != "systemTags" && name != "userTags" {
				return path + " " + name
			}
		}
	}
	return path
}

// A difference is a step in which the node differs, and why.
type difference struct {
	Step   string
	Reason string
	// Replies is how many replies differ on each release at most.
	Replies map[string]int
}

// differences reads the list of what differs.
func differences(t *testing.T) []difference {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "node", "differences.json"))
	require.NoError(t, err)
	var list []difference
	require.NoError(t, json.Unmarshal(text, &list))
	return list
}

// TestReplay replays what two real nodes were recorded to answer. A step whose replies differ must
// be in the list of differences, with no more replies than it says there; one in the list
// must differ.
func TestReplay(t *testing.T) {
	t.Parallel()
	list := differences(t)
	for file, release := range map[string]string{"exchanges.jsonl.gz": "5.2.1", "exchanges-newest-79.jsonl.gz": "zsvirt-1.0.0"} {
		t.Run(release, func(t *testing.T) {
			t.Parallel()
			steps := recordedSteps(t, file)
			r := newReplay(t, release, steps[0])
			r.uuids = uuidsOf(steps)
			same, all, clean := 0, 0, 0
			for _, s := range steps {
				diffs, differing := r.run(s)
				all, same = all+len(s.exchanges), same+len(s.exchanges)-differing
				if differing == 0 {
					clean++
				}
				expected := 0
				if i := slices.IndexFunc(list, func(d difference) bool { return d.Step == s.name }); i >= 0 {
					require.NotEmpty(t, list[i].Reason)
					expected = list[i].Replies[release]
				}
				require.LessOrEqual(t, differing, expected, "%s: %d replies differ:\n%s", s.name, differing, strings.Join(diffs, "\n"))
				require.Equal(t, expected > 0, differing > 0, "%s no longer differs; take it off the list", s.name)
			}
			t.Logf("%d of %d replies are the node's, %d of %d steps", same, all, clean, len(steps))
			require.Greater(t, 100*same, 90*all)
		})
	}
}
