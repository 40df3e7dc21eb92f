package faults

import (
	"fmt"
	"slices"
	"strings"
)

// A Fault is one way in which the network goes wrong. Its text is its name in flags.
type Fault string

// Faults between a client and the server.
const (
	// ResetBefore resets the connection when the request has been read. It does not
	// reach the server.
	ResetBefore Fault = "reset-before"
	// ResetAccept resets a connection as soon as it is there, whatever it was for.
	ResetAccept Fault = "reset-accept"
	// ResetAfter lets the server do its work and resets the connection instead of
	// passing the reply on.
	ResetAfter Fault = "reset-after"
	// ResetInside resets the connection inside the reply, in its head or its body.
	ResetInside Fault = "reset-inside"
	// Truncate ends the connection in good order inside the reply's body, which has a
	// length that tells so, or none.
	Truncate Fault = "truncate"
	// Delay passes the reply on 20 to 400 milliseconds late.
	Delay Fault = "delay"
	// Late resets the connection at once and delivers the request all the same, 0.2 to
	// 1.5 seconds later.
	Late Fault = "late"
	// TooMany answers 429, with Retry-After or without, in the server's place.
	TooMany Fault = "429"
	// BadGateway answers 502 with HTML, in the server's place or after it.
	BadGateway Fault = "502"
	// Unavailable answers 503 as BadGateway does 502.
	Unavailable Fault = "503"
	// GatewayTimeout answers 504 as BadGateway does 502.
	GatewayTimeout Fault = "504"
	// Down breaks every connection and resets new ones for 1 to 3 seconds. Next to
	// other faults it is rare.
	Down Fault = "down"
	// Stall has the server stand still for 0.5 to 2.5 seconds: what comes meanwhile
	// waits, side by side, and reaches it all at once. The connection of the request that
	// meets it is reset. Next to other faults it is rare.
	Stall Fault = "stall"
)

// Faults between the server and a webhook.
const (
	// HookLost answers 200 and delivers nothing, so that the server thinks it is done.
	HookLost Fault = "hook-lost"
	// HookDoubled delivers a second time, up to 200 milliseconds after the first.
	HookDoubled Fault = "hook-doubled"
	// HookDelayed delivers 0.05 to 1.5 seconds late.
	HookDelayed Fault = "hook-delayed"
)

// All returns every fault.
func All() []Fault {
	return []Fault{
		ResetBefore, ResetAccept, ResetAfter, ResetInside, Truncate, Delay, Late,
		TooMany, BadGateway, Unavailable, GatewayTimeout, Down, Stall,
		HookLost, HookDoubled, HookDelayed,
	}
}

// IsHook reports whether a fault is one between the server and a webhook.
func (f Fault) IsHook() bool { return strings.HasPrefix(string(f), "hook-") }

// weight is how often a fault comes next to others. An outage and a server that stands
// still hit all that goes on at the time, and last.
func (f Fault) weight() float64 {
	switch f {
	case Down:
		return 0.02
	case Stall:
		return 0.05
	}
	return 1
}

// Parse reads names of faults with commas between them. "all" stands for every fault
// and an empty string for none.
func Parse(list string) ([]Fault, error) {
	var faults []Fault
	for name := range strings.SplitSeq(list, ",") {
		switch f := Fault(strings.TrimSpace(name)); {
		case f == "":
		case f == "all":
			faults = append(faults, All()...)
		case !slices.Contains(All(), f):
			return nil, fmt.Errorf("there is no fault %q; there are %v and all", f, All())
		default:
			faults = append(faults, f)
		}
	}
	return faults, nil
}
