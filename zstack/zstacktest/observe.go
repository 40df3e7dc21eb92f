package zstacktest

import "time"

// An Observation is a request that a node has answered.
type Observation struct {
	Request
	// AccountUUID is the account that called; empty for requests that need none.
	AccountUUID string
	// Status is the HTTP status of the reply; 0 when a fault came before one.
	Status int
	// Code is the server's code of the error in the reply, such as "SYS.1006"; empty when
	// there is none. That of a job is in the reply to a poll.
	Code string
	// Duration is how long the node took.
	Duration time.Duration

	began time.Time
}

// observe tells the observer of a request that was answered.
func (n *Node) observe(seen *Observation) {
	if n.config.observe != nil {
		seen.Duration = time.Since(seen.began)
		n.config.observe(*seen)
	}
}
