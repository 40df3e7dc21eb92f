package faults

import (
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// network is every fault that comes of the request alone, and at once.
var network = []Fault{ResetBefore, ResetAfter, TooMany, BadGateway, Unavailable, GatewayTimeout}

// course sends requests from many goroutines at once, each call several times, and
// returns what became of each sending.
func course(t *testing.T, seed uint64) map[string]int {
	b := newBackend(t)
	p, err := Listen(b.URL, Plan{Seed: seed, Faults: network, Rate: 0.5})
	require.NoError(t, err)
	defer p.Close()
	var mu sync.Mutex
	var wg sync.WaitGroup
	seen := make(map[string]int)
	for call := range 12 {
		wg.Go(func() {
			c := newClient(t)
			body := strconv.Itoa(call)
			for n := range 6 {
				o := post(t, c, p.URL, body)
				mu.Lock()
				seen[body+" sent "+strconv.Itoa(n)] = 10*o.status + b.count(body) // 0 for a broken connection
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return seen
}

func TestSameSeedSameFaults(t *testing.T) {
	t.Parallel()
	first := course(t, 7)
	require.Equal(t, first, course(t, 7))
	require.NotEqual(t, first, course(t, 8))
}

func TestRate(t *testing.T) {
	t.Parallel()
	plan := Plan{Seed: 3, Faults: All(), Rate: 0.15}
	made := make(map[Fault]int)
	const n = 100_000
	for i := range n {
		f, _ := plan.choose(identify("x"), i)
		made[f]++
	}
	require.InDelta(t, 0.85*n, made[""], 0.01*n)
	for _, f := range All() {
		// There are 14 faults of weight 1, an outage of 0.02 and a stall of 0.05.
		weight, off := map[Fault]float64{Down: 0.02, Stall: 0.05}[f], 30.0
		if weight == 0 {
			weight, off = 1, 200
		}
		require.InDelta(t, 0.15*n*weight/14.07, made[f], off, f)
	}
}

func TestNoFaultsToChooseFrom(t *testing.T) {
	t.Parallel()
	f, _ := Plan{Rate: 1}.choose(identify("x"), 1)
	require.Empty(t, f)
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	const job, other = "0123456789abcdef0123456789abcdef", "ffffffffffffffffffffffffffffffff"
	make := func(method, uri, body string, headers ...string) *request {
		h := http.Header{}
		for i := 0; i < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &request{method: method, uri: uri, body: []byte(body), header: h}
	}
	call := func(uuid string) *request { return make("POST", "/v1/zones", "{}", "X-Job-UUID", uuid) }
	poll := func(uuid string) *request { return make("GET", "/v1/api-jobs/"+uuid, "") }
	callback := func(uuid, body string) *request {
		return make("POST", "/hook", body, "X-Job-UUID", uuid, "X-Job-Success", "true")
	}

	var c Calls
	unknown := c.identify(poll(job))
	require.Equal(t, c.identify(call(job)), c.identify(call(other)), "the job uuid is random")
	require.Equal(t, c.identify(poll(job)), c.identify(poll(other)))
	require.NotEqual(t, unknown, c.identify(poll(job)))
	require.NotEqual(t, c.identify(poll(job)), c.identify(call(job)))
	require.Equal(t, c.identify(callback(job, "1")), c.identify(callback(other, "2")))
	require.NotEqual(t, c.identify(callback(job, "1")), c.identify(poll(job)))

	require.Equal(t, c.identify(callback("new", "1")), c.identify(callback("newer", "1")))
	require.NotEqual(t, c.identify(callback("new", "1")), c.identify(callback("new", "2")))
	creation := func(uuid string) *request {
		return make("POST", "/v1/zones", `{"params":{"name":"z","resourceUuid":"`+uuid+`"}}`)
	}
	row := func(uuid string) *request { return make("GET", "/v1/zones/"+uuid, "") }
	strange := c.identify(row(job[:31] + "0"))
	require.Equal(t, c.identify(creation(job[:31]+"0")), c.identify(creation(job[:31]+"1")), "the resource's uuid is random")
	require.Equal(t, c.identify(row(job[:31]+"0")), c.identify(row(job[:31]+"1")))
	require.NotEqual(t, strange, c.identify(row(job[:31]+"0")))
	require.NotEqual(t, c.identify(creation(job[:31]+"0")), c.identify(row(job[:31]+"0")))
	require.NotEqual(t, c.identify(make("PUT", "/a", "1")), c.identify(make("PUT", "/a", "2")))
	require.NotEqual(t, c.identify(make("PUT", "/a", "1")), c.identify(make("POST", "/a", "1")))
	require.NotEqual(t, c.identify(make("PUT", "/a", "1")), c.identify(make("PUT", "/a1", "")))
	require.NotEqual(t, c.identify(make("GET", "/a?b", "")), c.identify(make("GET", "/a?c", "")))
	require.Equal(t, c.identify(make("DELETE", "/v1/accounts/sessions/"+job, "")), c.identify(make("DELETE", "/v1/accounts/sessions/"+other, "")))
	require.NotEqual(t, c.identify(make("DELETE", "/v1/zones/"+job, "")), c.identify(make("DELETE", "/v1/zones/"+other, "")))
	require.Equal(t, c.identify(make("GET", "/a", "")), c.identify(make("GET", "/a", "", "X-Job-UUID", job)))
}
