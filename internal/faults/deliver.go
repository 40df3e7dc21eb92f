package faults

import (
	"bufio"
	"context"
	"errors"
	"net"
	"time"
)

// errDown says that there is an outage.
var errDown = errors.New("the node is down")

// deliver sends a request to the server, once, and reads its reply. It goes on when
// the client's connection breaks, as it does on a real way with a proxy in it.
func (p *Proxy) deliver(req *request) (rep *reply, err error) {
	if !p.await() {
		return nil, p.ctx.Err()
	}
	p.mu.Lock()
	down := p.down
	p.mu.Unlock()
	if down {
		return nil, errDown
	}
	defer func() {
		if err != nil && p.ctx.Err() == nil {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.stats.Failed++
		}
	}()
	var dialer net.Dialer
	c, err := dialer.DialContext(p.ctx, "tcp", p.target)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	defer context.AfterFunc(p.ctx, func() { c.Close() })()
	if _, err := c.Write(req.bytes()); err != nil {
		return nil, err
	}
	return readReply(bufio.NewReader(c))
}

// deliverLater delivers a request after a while. Nobody gets the reply.
func (p *Proxy) deliverLater(after time.Duration, req *request) {
	p.busy.add()
	started := p.start(func() {
		defer p.busy.done()
		if p.sleep(after) {
			_, _ = p.deliver(req) // what goes wrong is counted there
		}
	})
	if !started {
		p.busy.done()
	}
}
