package faults

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// A Plan says which faults a [Proxy] makes. The zero Plan makes none.
type Plan struct {
	// Seed decides which requests meet a fault, and which one.
	Seed uint64
	// Faults are those that there are to choose from.
	Faults []Fault
	// Rate is the fraction of requests that meet a fault, from 0 to 1.
	Rate float64
	// Calls is what the proxy knows calls by. Proxies that share one tell the callback
	// of a call by that call. With nil the proxy has one of its own.
	Calls *Calls
}

func (p Plan) check() error {
	if !(p.Rate >= 0 && p.Rate <= 1) {
		return fmt.Errorf("the rate of faults is %v, not between 0 and 1", p.Rate)
	}
	for _, f := range p.Faults {
		if !slices.Contains(All(), f) {
			return fmt.Errorf("there is no fault %q", f)
		}
	}
	return nil
}

// choose returns the fault that something meets when it is there for the n-th time,
// or "", and the dice for the details of it.
func (p Plan) choose(id identity, n int) (Fault, dice) {
	d := p.dice(id, n)
	if d.Float64() >= p.Rate {
		return "", d
	}
	var total float64
	for _, f := range p.Faults {
		total += f.weight()
	}
	at := d.Float64() * total
	for _, f := range p.Faults {
		if at -= f.weight(); at < 0 {
			return f, d
		}
	}
	return "", d
}

// A dice makes choices that are the same in every run.
type dice struct{ *rand.Rand }

func (p Plan) dice(id identity, n int) dice {
	var data []byte
	data = binary.BigEndian.AppendUint64(data, p.Seed)
	data = binary.BigEndian.AppendUint64(data, uint64(n))
	sum := sha256.Sum256(append(data, id[:]...))
	return dice{rand.New(rand.NewPCG(binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:])))}
}

// coin returns true half of the time.
func (d dice) coin() bool { return d.IntN(2) == 0 }

// between returns a time in a range.
func (d dice) between(least, most time.Duration) time.Duration {
	return least + time.Duration(d.Int64N(int64(most-least)))
}
