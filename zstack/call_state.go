package zstack

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zstack-go/zstack-go/internal/limit"
	"github.com/zstack-go/zstack-go/internal/redact"
)

// A call is one call of an action: ready to be sent, on its way, or answered.
type call struct {
	client   *Client
	request  *request
	options  callConfig
	jobUUID  string        // that it is sent with
	auth     authorization // that it is sent with
	relogins *relogins     // makes the call again; nil when that must not be
	ranTwice atomic.Bool   // it may have run more than once
	arrival  arrival       // of the result of a call that only reads; see options

	learning sync.Mutex
	learned  []string // secrets beside those of the request and the authorization; guarded by learning
}

func (c *Client) newCall(r *request, o callConfig) *call {
	k := &call{client: c, request: r, options: o, jobUUID: orNewJobUUID(o.firstUUID)}
	k.ranTwice.Store(o.ranTwice)
	return k
}

// orNewJobUUID returns a job uuid, or a new one where there is none. Unlike cmp.Or it does
// not make one in vain.
func orNewJobUUID(uuid string) string {
	if uuid == "" {
		return NewJobUUID()
	}
	return uuid
}

// acceptPatience is how long an asynchronous call may take to be accepted, which
// is no work for the server.
const acceptPatience = time.Minute

// sendOptions are how the call is sent.
func (k *call) sendOptions() sendOptions {
	o := sendOptions{call: k, jobUUID: k.jobUUID, apiTimeout: k.options.apiTimeout, rank: limit.Call, arrival: k.options.arrival}
	switch {
	case k.request.async:
		o.patience = acceptPatience
	case k.options.poll:
		o.rank, o.once, o.patience = limit.Poll, true, pollPatience
	}
	if k.wantsCallback() {
		o.webhook = k.client.webhook
	}
	return o
}

// learn notes secrets that the call carries.
func (k *call) learn(secrets ...string) {
	k.learning.Lock()
	defer k.learning.Unlock()
	k.learned = append(k.learned, secrets...)
}

// secrets are what no error and no log of the call may show.
func (k *call) secrets() []string {
	k.learning.Lock()
	defer k.learning.Unlock()
	list := append([]string{k.auth.session, k.auth.secret}, k.learned...)
	return append(list, k.request.secrets...)
}

// error makes an error of the call.
func (k *call) error(status int, err error) *Error {
	return &Error{
		Action: k.request.action, Server: k.client.server(), Method: k.request.method, Path: k.request.shown,
		Status: status, JobUUID: k.jobUUID, Err: err, jobless: !k.request.async,
	}
}

// wrap makes an error of what went wrong on our side of the call.
func (k *call) wrap(status int, err error) error { return wrap(k.error(status, nil), k, err) }

// wrap puts what went wrong on our side of a call into an error of it, but for what says
// all by itself.
func wrap(e *Error, call carrier, err error) error {
	var refused *ValidationError
	if errors.Is(err, ErrClosed) || errors.As(err, &refused) && !isLoginError(err) {
		return err
	}
	e.Err = redact.Error(err, call.secrets())
	var login *Error
	if isLoginError(err) && errors.As(err, &login) {
		// What the server said to the login is why the call failed.
		e.Status, e.Code = login.Status, login.Code
	}
	return e
}

// isForRelogin reports whether a call can be made again, with another job uuid, that the
// server refused because its session had ended. Of a call that was sent twice this may
// be the second run's result, after the first: then only a resource of the same uuid
// keeps that from being done twice.
func (k *call) isForRelogin(failure error) bool {
	return isSessionEnd(failure) && (!k.ranTwice.Load() || k.request.made != nil)
}

// isReused reports whether the caller chose the job uuid, perhaps that of an earlier
// call.
func (k *call) isReused() bool { return k.options.jobUUID != "" }

// dropSession forgets the session that the call was sent with, which the server
// does not know any more.
func (k *call) dropSession() {
	if c := k.client; c.sessions != nil && k.auth.session != "" {
		c.sessions.Drop(k.auth.session)
	}
}
