package faults

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// A Proxy passes HTTP/1.1 requests on to a server, and breaks some of them. It is safe
// for concurrent use.
type Proxy struct {
	// URL is where the proxy is reached: "http://127.0.0.1:" and a port.
	URL string

	plan     Plan
	target   string // the server's host and port
	listener *net.TCPListener
	ctx      context.Context // ends when the proxy is closed
	cancel   context.CancelFunc
	tasks    sync.WaitGroup // every goroutine
	busy     pending        // what can still reach the server

	mu     sync.Mutex
	closed bool
	down   bool
	still  time.Time             // the server stands still until then
	conns  map[*net.TCPConn]bool // those of clients
	seen   map[identity]int      // how often each request was there
	stats  Stats
	window window
}

// Listen starts a proxy to the server at target, "http://127.0.0.1:" and a port, on a
// loopback address of the system's choice.
func Listen(target string, plan Plan) (*Proxy, error) {
	if err := plan.check(); err != nil {
		return nil, fmt.Errorf("faults: %w", err)
	}
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "http" || u.Port() == "" {
		return nil, fmt.Errorf("faults: the target %q is no http URL with a port", target)
	}
	if plan.Calls == nil {
		plan.Calls = new(Calls)
	}
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("faults: %w", err)
	}
	p := &Proxy{
		URL:      "http://" + l.Addr().String(),
		plan:     plan,
		target:   u.Host,
		listener: l,
		conns:    make(map[*net.TCPConn]bool),
		seen:     make(map[identity]int),
		stats:    Stats{Faults: make(map[Fault]int)},
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.tasks.Go(p.accept)
	return p, nil
}

// Close breaks every connection, drops what was still to be delivered, and returns
// when all goroutines have ended. It can be called more than once.
func (p *Proxy) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.cancel()
	_ = p.listener.Close() // only the first call finds it open
	p.breakAll()
	p.tasks.Wait()
}

// Drain waits until nothing is under way any more, not even a request whose
// connection broke long ago ([Late]). What the server has done by then is all that
// comes of the requests so far.
func (p *Proxy) Drain(ctx context.Context) error { return p.busy.wait(ctx) }

// start runs a function in a goroutine that Close waits for, unless the proxy has
// been closed.
func (p *Proxy) start(task func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.tasks.Go(task)
	return true
}

// accept takes connections until the proxy is closed.
func (p *Proxy) accept() {
	for n := 1; ; n++ {
		c, err := p.listener.AcceptTCP()
		if err != nil {
			if p.ctx.Err() != nil {
				return
			}
			// The process is out of file descriptors, or the client has gone already.
			p.sleep(10 * time.Millisecond)
			continue
		}
		if f, _ := p.plan.choose(identify("connection", strconv.Itoa(n)), 1); f == ResetAccept {
			p.count(f)
			reset(c)
			continue
		}
		if !p.admit(c) || !p.start(func() { p.serve(c) }) {
			reset(c)
		}
	}
}

// admit notes a connection, unless there is an outage.
func (p *Proxy) admit(c *net.TCPConn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		// A client connects when it has a request to send.
		p.window.add(time.Now())
		p.stats.Refused++
		return false
	}
	p.conns[c] = true
	return true
}

// serve handles the requests of one connection, one after the other.
func (p *Proxy) serve(c *net.TCPConn) {
	defer func() {
		_ = c.Close() // it may have been reset
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.conns, c)
	}()
	in := bufio.NewReader(c)
	for {
		req, err := readRequest(in)
		if err != nil {
			return // the client has closed it, or an outage has
		}
		p.busy.add()
		goesOn := p.handle(c, req)
		p.busy.done()
		if !goesOn || req.close {
			return
		}
	}
}

// breakAll resets the connections of all clients.
func (p *Proxy) breakAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		reset(c)
	}
}

// reset ends a connection with an RST, not in good order.
func reset(c *net.TCPConn) {
	_ = c.SetLinger(0)
	_ = c.Close() // either fails only when it is closed already
}

// sleep waits, and reports false when the proxy is closed meanwhile.
func (p *Proxy) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.ctx.Done():
		return false
	}
}
