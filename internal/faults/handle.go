package faults

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// handle deals with one request, and reports whether the connection can take another.
func (p *Proxy) handle(c *net.TCPConn, req *request) (goesOn bool) {
	fault, d, up := p.meet(req)
	if !up {
		reset(c)
		return false
	}
	switch fault {
	case ResetBefore:
		reset(c)
	case Late:
		p.deliverLater(d.between(200*time.Millisecond, 1500*time.Millisecond), req)
		reset(c)
	case Stall:
		p.stall(d.between(500*time.Millisecond, 2500*time.Millisecond))
		p.deliverLater(0, req)
		reset(c)
	case Down:
		p.fall(d.between(time.Second, 3*time.Second))
		reset(c)
	case TooMany:
		return p.send(c, throttled(d))
	case HookLost:
		return p.send(c, answer(http.StatusOK, "text/plain", ""))
	case BadGateway, Unavailable, GatewayTimeout:
		return p.gateway(c, req, fault, d)
	default:
		return p.pass(c, req, fault, d)
	}
	return false
}

// pass delivers a request and passes its reply on, as well as the fault lets it.
func (p *Proxy) pass(c *net.TCPConn, req *request, fault Fault, d dice) (goesOn bool) {
	if fault == HookDelayed {
		p.sleep(d.between(50*time.Millisecond, 1500*time.Millisecond))
	}
	rep, err := p.deliver(req)
	if err != nil {
		reset(c)
		return false
	}
	switch fault {
	case ResetAfter:
		reset(c)
		return false
	case ResetInside:
		data := rep.bytes()
		p.write(c, data[:1+d.IntN(len(data)-1)])
		// The client is to get what was written before the reset overtakes it.
		p.sleep(d.between(0, 20*time.Millisecond))
		reset(c)
		return false
	case Truncate:
		p.write(c, rep.truncated(d))
		return false
	case Delay:
		p.sleep(d.between(20*time.Millisecond, 400*time.Millisecond))
	case HookDoubled:
		p.deliverLater(d.between(0, 200*time.Millisecond), req)
	}
	return p.send(c, rep)
}

// gateway answers as a proxy does that cannot make sense of the server, or not reach
// it. Whether the server has got the request, nobody can tell.
func (p *Proxy) gateway(c *net.TCPConn, req *request, fault Fault, d dice) (goesOn bool) {
	if d.coin() {
		if _, err := p.deliver(req); err != nil {
			reset(c)
			return false
		}
	}
	status, _ := strconv.Atoi(string(fault))
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	return p.send(c, answer(status, "text/html", fmt.Sprintf(
		"<html>\r\n<head><title>%[1]s</title></head>\r\n<body>\r\n<center><h1>%[1]s</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n", title)))
}

// throttled turns a request away, with or without a word on when to come back.
func throttled(d dice) *reply {
	rep := answer(http.StatusTooManyRequests, "text/plain", "Too many requests")
	if wish := d.IntN(3); wish < 2 {
		rep.header.Set("Retry-After", strconv.Itoa(wish))
	}
	return rep
}

// send sends a whole reply.
func (p *Proxy) send(c *net.TCPConn, rep *reply) (sent bool) { return p.write(c, rep.bytes()) }

func (p *Proxy) write(c *net.TCPConn, data []byte) bool {
	_, err := c.Write(data)
	return err == nil // it fails when the client has gone, or an outage broke it
}

// meet counts a request and returns the fault that it meets, unless there is an
// outage.
func (p *Proxy) meet(req *request) (fault Fault, d dice, up bool) {
	id := p.plan.Calls.identify(req)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.window.add(time.Now())
	p.stats.Requests++
	if p.down {
		return "", d, false
	}
	p.seen[id]++
	fault, d = p.plan.choose(id, p.seen[id])
	if fault == ResetAccept {
		fault = "" // it is for connections
	}
	if fault != "" {
		p.stats.Faults[fault]++
	}
	return fault, d, true
}

// stall has the server stand still from now on.
func (p *Proxy) stall(lasting time.Duration) {
	until := time.Now().Add(lasting)
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.still) {
		p.still = until
	}
}

// await waits until the server does not stand still, and reports false when the proxy
// is closed meanwhile.
func (p *Proxy) await() bool {
	for {
		p.mu.Lock()
		rest := time.Until(p.still)
		p.mu.Unlock()
		if rest <= 0 {
			return true
		}
		if !p.sleep(rest) {
			return false
		}
	}
}

// fall begins an outage.
func (p *Proxy) fall(lasting time.Duration) {
	p.mu.Lock()
	already := p.down
	p.down = true
	p.mu.Unlock()
	if already {
		return
	}
	p.breakAll()
	p.start(func() {
		p.sleep(lasting)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.down = false
	})
}
