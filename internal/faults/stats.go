package faults

import (
	"maps"
	"time"
)

// Stats is what a [Proxy] has seen and done so far.
type Stats struct {
	// Requests is how many requests were read, those that met a fault among them.
	Requests int
	// Refused is how many connections were turned away in outages.
	Refused int
	// Peak is the most requests within any one second. A connection that was turned
	// away in an outage counts as one, for it was meant for one.
	Peak int
	// Faults is how often each fault was made.
	Faults map[Fault]int
	// Failed is how many deliveries to the server went wrong on their own. When it is
	// not 0, there is something the matter with the server.
	Failed int
}

// Stats returns what the proxy has seen and done so far.
func (p *Proxy) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stats
	s.Faults = maps.Clone(s.Faults)
	s.Peak = p.window.peak
	return s
}

func (p *Proxy) count(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stats.Faults[f]++
}

// A window finds the second with the most events.
type window struct {
	last []time.Time // the events of the last second
	peak int
}

// add counts an event. Their times do not fall.
func (w *window) add(t time.Time) {
	old := 0
	for old < len(w.last) && t.Sub(w.last[old]) >= time.Second {
		old++
	}
	w.last = append(w.last[old:], t)
	w.peak = max(w.peak, len(w.last))
}
