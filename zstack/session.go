package zstack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/types"
)

// sessions holds the session that a client logged in to. The first call that
// needs it logs in; the calls that come meanwhile wait for the same login. Near
// its end the session is renewed, while calls go on with it.
type sessions struct {
	login   func(ctx context.Context) (*types.SessionInventory, error)
	renew   func(ctx context.Context, session string) (*types.SessionInventory, error)
	logout  func(ctx context.Context, session string) error
	refuses bool // a login whose password was not accepted is not tried again

	mu      sync.Mutex
	current lease
	refused error // what the last login said, if the name or password was not accepted
	pending *pendingLogin
	tried   bool // a login has begun
	closed  bool
	left    bool // nobody waits for the login that was under way at the closing
}

// A lease is a session and what is known about its end.
type lease struct {
	session string
	ends    time.Time // zero when it is not known
	renewal time.Time // when to renew it; zero for never
	// expiry is its end as the server wrote it. Only differences of what the
	// server writes are of use: its clock and its zone can be wrong.
	expiry time.Time
}

const (
	// renewalMargin is how long before its end a session is renewed, or a quarter
	// of its life if that is less.
	renewalMargin = 5 * time.Minute
	// renewalPause is when a renewal that failed is tried again.
	renewalPause = 30 * time.Second
	// renewalLimit is how long a renewal may take.
	renewalLimit = time.Minute
)

// newLease reads how long a session lives from when the server says that it
// began and ends.
func newLease(inventory *types.SessionInventory, now time.Time) lease {
	l := lease{session: inventory.UUID, expiry: inventory.ExpiredDate}
	life := inventory.ExpiredDate.Sub(inventory.CreateDate)
	if inventory.CreateDate.IsZero() {
		life = inventory.ExpiredDate.Sub(now)
	}
	if !inventory.ExpiredDate.IsZero() && life > 0 {
		l.end(now.Add(life), life)
	}
	return l
}

// renewed is the lease after a renewal.
func (l lease) renewed(inventory *types.SessionInventory) lease {
	longer := inventory.ExpiredDate.Sub(l.expiry)
	next := lease{session: inventory.UUID, expiry: inventory.ExpiredDate}
	if !l.ends.IsZero() && longer > 0 {
		next.end(l.ends.Add(longer), longer)
	}
	return next
}

func (l *lease) end(at time.Time, life time.Duration) {
	l.ends, l.renewal = at, at.Add(-min(life/4, renewalMargin))
}

// A pendingLogin is one login or renewal under way. A login runs until it ends or
// nobody waits for it any more.
type pendingLogin struct {
	done      chan struct{} // closed when session and err are set
	cancel    context.CancelFunc
	waiters   int
	renews    bool // it renews a session, which is good meanwhile
	abandoned bool // it is to end, and its result does not count
	session   string
	err       error
}

// loginKey marks the context of a login, in which a session cannot be had.
type loginKey struct{}

var (
	errLoginNeedsSession = errors.New("a login cannot call an action that needs the session it is to open")
	errLoginGone         = errors.New("the login function ended its goroutine")
)

// get returns the session, logging in when there is none.
func (s *sessions) get(ctx context.Context) (string, error) {
	if ctx.Value(loginKey{}) == s {
		return "", errLoginNeedsSession
	}
	for {
		if ctx.Err() != nil {
			return "", network.ContextError(ctx)
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			return "", ErrClosed
		}
		now := time.Now()
		if ends := s.current.ends; !ends.IsZero() && !now.Before(ends) {
			s.forget()
		}
		if s.current.session != "" {
			if at := s.current.renewal; s.pending == nil && !at.IsZero() && !now.Before(at) {
				s.start(ctx, s.current)
			}
			defer s.mu.Unlock()
			return s.current.session, nil
		}
		if s.refused != nil && s.refuses {
			defer s.mu.Unlock()
			return "", s.refused
		}
		if s.pending == nil {
			s.start(ctx, lease{})
		}
		p := s.pending
		p.waiters++
		s.mu.Unlock()

		select {
		case <-p.done:
			if !p.abandoned {
				return p.session, p.err
			}
		case <-ctx.Done():
			s.mu.Lock()
			if p.waiters--; p.waiters == 0 {
				p.abandoned = true
				p.cancel()
			}
			s.mu.Unlock()
			return "", network.ContextError(ctx)
		}
	}
}

// start begins a login, or the renewal of a session; s.mu is held. It outlives
// the call that began it, since others wait too or nobody does, so it gets that
// call's values but not its end.
func (s *sessions) start(ctx context.Context, old lease) {
	ctx = context.WithValue(context.WithoutCancel(ctx), loginKey{}, s)
	cancel := context.CancelFunc(nil)
	if old.session == "" {
		ctx, cancel = context.WithCancel(ctx)
	} else {
		ctx, cancel = context.WithTimeout(ctx, renewalLimit)
	}
	p := &pendingLogin{done: make(chan struct{}), cancel: cancel, renews: old.session != ""}
	s.pending, s.tried = p, true
	go func() {
		// The login function is the caller's code and can end its goroutine.
		next, err := lease{}, errLoginGone
		defer func() {
			cancel()
			s.mu.Lock()
			s.finish(p, old, next, err)
			left := s.left
			s.mu.Unlock()
			close(p.done)
			if left && next.session != "" {
				s.leave(ctx, next.session)
			}
		}()
		if old.session != "" {
			if next, err = s.extend(ctx, old); err == nil || ctx.Err() != nil || !isRefusal(err) {
				return
			}
			err = errLoginGone
		}
		next, err = s.open(ctx)
	}()
}

// finish notes what came of a login or a renewal; s.mu is held.
func (s *sessions) finish(p *pendingLogin, old, next lease, err error) {
	s.pending = nil
	p.session, p.err = next.session, err
	// A session that was dropped while it was renewed stays so.
	if next.session != "" && (next.session != old.session || s.current.session == old.session) {
		p.abandoned = false
		s.current, s.refused = next, nil
		return
	}
	if errors.Is(err, types.IDAuthenticationError) {
		s.refused = err
	}
	switch {
	case old.session == "" || s.current.session != old.session:
		s.current = lease{}
	case s.refused != nil:
		s.current.renewal = time.Time{} // it is good until its end
	default:
		s.current.renewal = time.Now().Add(renewalPause)
	}
}

// extend renews a session. What the caller's transport throws must not end the program
// from a goroutine that nobody can guard.
func (s *sessions) extend(ctx context.Context, old lease) (l lease, err error) {
	defer func() {
		if r := recover(); r != nil {
			l, err = lease{}, fmt.Errorf("the renewal panicked: %v", r)
		}
	}()
	inventory, err := s.renew(ctx, old.session)
	if err != nil {
		return lease{}, err
	}
	if err := checkSession(inventory); err != nil {
		return lease{}, &Error{Action: "RenewSessionAction", Status: http.StatusOK, Err: err}
	}
	return old.renewed(inventory), nil
}

// isRefusal reports whether the server answered, rather than could not be asked.
func isRefusal(err error) bool {
	var e *Error
	return errors.As(err, &e) && !errors.Is(err, ErrClosed) && (e.Code != nil || !isPassing(e))
}

// open logs in once. A login function is the caller's code: what it throws must
// not end the program from a goroutine that nobody can guard.
func (s *sessions) open(ctx context.Context) (l lease, err error) {
	defer func() {
		if r := recover(); r != nil {
			l, err = lease{}, fmt.Errorf("the login function panicked: %v", r)
		}
	}()
	began := time.Now()
	inventory, err := s.login(ctx)
	if err != nil {
		return lease{}, err
	}
	if err := checkSession(inventory); err != nil {
		return lease{}, err
	}
	return newLease(inventory, began), nil
}

func checkSession(inventory *types.SessionInventory) error {
	switch {
	case inventory == nil || inventory.UUID == "":
		return errors.New("the login returned no session")
	case !fitsHeader(inventory.UUID):
		return errors.New("the login returned a session that no header can carry")
	}
	return nil
}

// forPoll returns the session for a poll, which goes without one as well: a login
// that fails is no reason to lose sight of a job, and none to log in by the dozen.
// So only the first login is begun for a poll, and not waited for any longer than a
// poll may take.
func (s *sessions) forPoll(ctx context.Context) string {
	s.mu.Lock()
	session, tried := s.current.session, s.tried
	s.mu.Unlock()
	if session == "" && !tried {
		ctx, cancel := context.WithTimeout(ctx, pollPatience)
		defer cancel()
		session, _ = s.get(ctx)
	}
	return session
}

// drop forgets a session that the server no longer knows.
func (s *sessions) drop(session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.session == session {
		s.forget()
	}
}

// forget forgets the session and with it a renewal under way; s.mu is held.
func (s *sessions) forget() {
	s.current = lease{}
	if p := s.pending; p != nil && p.renews {
		p.abandoned = true
		p.cancel()
	}
}

// leave logs out of a session that nobody waits for.
func (s *sessions) leave(ctx context.Context, session string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	defer func() { _ = recover() }() // as little as of errors is anybody left to tell of what the transport throws
	_ = s.logout(ctx, session)
}

// close ends logging in and returns the session to log out of, if there is one.
// It waits for a login under way, which it cancels. When the context ends before
// that, the session is logged out of as soon as it is there.
func (s *sessions) close(ctx context.Context) (string, error) {
	s.mu.Lock()
	s.closed = true
	p := s.pending
	if p != nil {
		p.cancel()
	}
	s.mu.Unlock()
	if p != nil {
		select {
		case <-p.done:
		case <-ctx.Done():
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	session := s.current.session
	s.current = lease{}
	if s.left = s.pending != nil; s.left && session == "" {
		return "", network.ContextError(ctx)
	}
	return session, nil
}
