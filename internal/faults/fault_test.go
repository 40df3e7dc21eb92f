package faults

import (
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for list, want := range map[string][]Fault{
		"":                     nil,
		"late":                 {Late},
		" 502, hook-lost ,429": {BadGateway, HookLost, TooMany},
		"all":                  All(),
	} {
		got, err := Parse(list)
		require.NoError(t, err, list)
		require.Equal(t, want, got, list)
	}
	_, err := Parse("late,earthquake")
	require.ErrorContains(t, err, "earthquake")
}

func TestIsHook(t *testing.T) {
	t.Parallel()
	require.True(t, HookLost.IsHook())
	require.False(t, Down.IsHook())
}

// Connections that are reset in place of a reply.
func TestResets(t *testing.T) {
	t.Parallel()
	for fault, arrives := range map[Fault]int{ResetBefore: 0, ResetAfter: 1, Late: 0} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			b := newBackend(t)
			p := listen(t, b.URL, fault)
			for range 3 {
				require.NoError(t, p.Drain(t.Context()))
				before := b.count("x")
				require.ErrorIs(t, post(t, newClient(t), p.URL, "x").err, syscall.ECONNRESET)
				require.Equal(t, before+arrives, b.count("x"))
			}
			require.Equal(t, map[Fault]int{fault: 3}, p.Stats().Faults)
			require.Equal(t, 3, p.Stats().Requests)
		})
	}
}

func TestResetAccept(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	p := listen(t, b.URL, ResetAccept)
	for range 3 {
		require.Error(t, post(t, newClient(t), p.URL, "x").err)
	}
	require.Zero(t, b.count("x"))
	require.Zero(t, p.Stats().Requests)
	require.Equal(t, map[Fault]int{ResetAccept: 3}, p.Stats().Faults)
}

func TestResetInside(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	inHead, inBody := 0, 0
	postMany(t, listen(t, b.URL, ResetInside), b, func(o outcome, arrived int) {
		require.Equal(t, 1, arrived)
		if o.err != nil {
			inHead++
			return
		}
		inBody++
		require.ErrorIs(t, o.broken, syscall.ECONNRESET)
		require.Less(t, len(o.body), len(replyText))
		require.True(t, strings.HasPrefix(replyText, o.body))
	})
	require.NotZero(t, inHead)
	require.NotZero(t, inBody)
}

func TestTruncate(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	noticed, unnoticed := 0, 0
	postMany(t, listen(t, b.URL, Truncate), b, func(o outcome, arrived int) {
		require.Equal(t, 1, arrived)
		require.NoError(t, o.err)
		require.Equal(t, http.StatusOK, o.status)
		require.Equal(t, "application/json;charset=utf-8", o.header.Get("Content-Type"))
		require.Less(t, len(o.body), len(replyText))
		require.True(t, strings.HasPrefix(replyText, o.body))
		if o.broken == nil {
			unnoticed++
			return
		}
		noticed++
		require.ErrorIs(t, o.broken, io.ErrUnexpectedEOF)
	})
	require.NotZero(t, noticed)
	require.NotZero(t, unnoticed)
}

func TestTruncateWithoutBody(t *testing.T) {
	t.Parallel()
	rep := &reply{status: "202 Accepted", header: http.Header{}}
	data := string(rep.truncated(Plan{}.dice(identify("x"), 1)))
	require.Regexp(t, `^HTTP/1.1 202 Accepted\r\nContent-Length: [1-9]\d*\r\n\r\n$`, data)
}

func TestDelay(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	p := listen(t, b.URL, Delay)
	o := post(t, newClient(t), p.URL, "x")
	require.NoError(t, o.err)
	require.Equal(t, replyText, o.body)
	require.GreaterOrEqual(t, o.took, 20*time.Millisecond)
	require.Equal(t, 1, b.count("x"))
}

func TestLate(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	p := listen(t, b.URL, Late)
	o := post(t, newClient(t), p.URL, "x")
	require.ErrorIs(t, o.err, syscall.ECONNRESET)
	require.Zero(t, b.count("x"))
	began := time.Now()
	require.NoError(t, p.Drain(t.Context()))
	require.Equal(t, 1, b.count("x"))
	require.Greater(t, time.Since(began), 100*time.Millisecond)
}

func TestTooMany(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	wishes := make(map[string]int)
	p := listen(t, b.URL, TooMany)
	postMany(t, p, b, func(o outcome, arrived int) {
		require.Zero(t, arrived)
		require.NoError(t, o.err)
		require.Equal(t, http.StatusTooManyRequests, o.status)
		wishes[strings.Join(o.header["Retry-After"], ",")]++
	})
	require.Len(t, wishes, 3)
	require.NotZero(t, wishes[""])
	require.NotZero(t, wishes["0"])
	require.NotZero(t, wishes["1"])
}

func TestGateways(t *testing.T) {
	t.Parallel()
	for _, fault := range []Fault{BadGateway, Unavailable, GatewayTimeout} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			b := newBackend(t)
			ways := make(map[int]int)
			postMany(t, listen(t, b.URL, fault), b, func(o outcome, arrived int) {
				require.NoError(t, o.err)
				require.NoError(t, o.broken)
				require.Equal(t, string(fault), strconv.Itoa(o.status))
				require.Equal(t, "text/html", o.header.Get("Content-Type"))
				require.Contains(t, o.body, "<h1>"+string(fault)+" "+http.StatusText(o.status)+"</h1>")
				ways[arrived]++
			})
			require.Len(t, ways, 2)
			require.NotZero(t, ways[0])
			require.NotZero(t, ways[1])
		})
	}
}

func TestDown(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	p, err := Listen(b.URL, Plan{Seed: 1, Faults: []Fault{Down}, Rate: 0.5})
	require.NoError(t, err)
	defer p.Close()
	idle, err := net.Dial("tcp", strings.TrimPrefix(p.URL, "http://"))
	require.NoError(t, err)
	defer idle.Close()
	// A reply on it shows that the proxy has taken the connection.
	_, err = io.WriteString(idle, "GET /"+spared(p)+" HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	buf := make([]byte, 4096)
	_, err = idle.Read(buf)
	require.NoError(t, err)

	n := 0
	for p.Stats().Faults[Down] == 0 {
		n++
		post(t, newClient(t), p.URL, strconv.Itoa(n))
	}
	require.Zero(t, b.count(strconv.Itoa(n)))
	for err == nil {
		_, err = idle.Read(buf)
	}
	require.ErrorIs(t, err, syscall.ECONNRESET, "connections that were there are broken")
	require.Error(t, post(t, newClient(t), p.URL, "meanwhile").err, "new ones are not taken")
	require.Zero(t, b.count("meanwhile"))
	require.Equal(t, 1, p.Stats().Refused)

	require.Eventually(t, func() bool {
		n++
		return post(t, newClient(t), p.URL, strconv.Itoa(n)).err == nil
	}, 30*time.Second, 20*time.Millisecond, "the node comes back")
}

func TestStall(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	p, err := Listen(b.URL, Plan{Seed: 1, Faults: []Fault{Stall}, Rate: 0.5})
	require.NoError(t, err)
	defer p.Close()
	n := 0
	for p.Stats().Faults[Stall] == 0 {
		n++
		post(t, newClient(t), p.URL, strconv.Itoa(n))
	}
	require.Zero(t, b.count(strconv.Itoa(n)), "what meets it waits")
	began := time.Now()
	for p.Stats().Faults[Stall] == 1 { // each of the others makes another one, half of the time
		n++
		if o := post(t, newClient(t), p.URL, strconv.Itoa(n)); o.err == nil {
			break
		}
	}
	require.NoError(t, p.Drain(t.Context()))
	require.Greater(t, time.Since(began), 300*time.Millisecond, "others wait")
	for i := range n {
		require.Equal(t, 1, b.count(strconv.Itoa(i+1)), "and all arrive")
	}
}

// spared returns a path that meets no fault when it is asked for.
func spared(p *Proxy) string {
	for i := 0; ; i++ {
		path := strconv.Itoa(i)
		if f, _ := p.plan.choose(identify(http.MethodGet, "/"+path), 1); f == "" {
			return path
		}
	}
}

func TestHookLost(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	o := post(t, newClient(t), listen(t, b.URL, HookLost).URL, "x")
	require.NoError(t, o.err)
	require.Equal(t, http.StatusOK, o.status)
	require.Zero(t, b.count("x"))
}

func TestHookDoubled(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	p := listen(t, b.URL, HookDoubled)
	o := post(t, newClient(t), p.URL, "x")
	require.NoError(t, o.err)
	require.Equal(t, replyText, o.body)
	require.NoError(t, p.Drain(t.Context()))
	require.Equal(t, 2, b.count("x"))
}

func TestHookDelayed(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	o := post(t, newClient(t), listen(t, b.URL, HookDelayed).URL, "x")
	require.NoError(t, o.err)
	require.Equal(t, replyText, o.body)
	require.GreaterOrEqual(t, o.took, 50*time.Millisecond)
	require.Equal(t, 1, b.count("x"))
}
