// Package faults is a bad network to order: a proxy that stands between a client
// and a server, both on this machine, and breaks a part of what passes through it.
// Tests use it to show that the SDK does nothing twice and loses nothing.
//
//	p, err := faults.Listen(node.URL, faults.Plan{Seed: 1, Faults: faults.All(), Rate: 0.15})
//	...
//	defer p.Close()
//	client, err := zstack.NewClient(p.URL, ...)
//
// Which request meets which fault follows from the seed of the [Plan] and from the
// request, not from the order in which requests happen to arrive: the n-th sending
// of one call meets the same fault in every run with the same seed. Two things
// cannot be decided so. [ResetAccept] comes before there is a request and goes by the
// number of the connection, and what else an outage ([Down]) hits is a matter of time.
//
// The proxy sends a request to the server as often as its fault says, and never
// again because something went wrong: each delivery has a connection of its own, and
// a delivery that fails breaks the client's connection.
package faults
