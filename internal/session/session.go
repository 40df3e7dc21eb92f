// Package session holds the session that a client logged in to: one login for all who wait
// for it, and renewals near its end while it is in use. How to log in, renew and log out is
// for its owner to say.
package session

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/zstack-go/zstack-go/internal/network"
	"github.com/zstack-go/zstack-go/types"
)

// A Store holds a session. The first who needs it has it logged in; those who come
// meanwhile wait for the same login. Near its end the session is renewed, while it is used.
type Store struct {
	// Login logs in. It is the code of the client's owner: it may panic or end its
	// goroutine.
	Login func(ctx context.Context) (*types.SessionInventory, error)
	// Renew moves the end of a session, and returns it as it is then.
	Renew func(ctx context.Context, session string) (*types.SessionInventory, error)
	// Logout ends a session.
	Logout func(ctx context.Context, session string) error
	// IsRefusal reports whether the server answered, rather than could not be asked.
	IsRefusal func(error) bool
	// OnceRefused says that a login whose password was not accepted is not tried again.
	OnceRefused bool
	// ErrClosed is the error after Close.
	ErrClosed error

	mu      sync.Mutex
	lease   lease
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
	// leaveTimeout is how long logging out of a session may take that nobody waits for.
	leaveTimeout = 5 * time.Second
)

// newLease reads how long a session lives from when the server says that it
// began and ends.
func newLease(inventory *types.SessionInventory, now time.Time) lease {
	l := lease{session: string(inventory.UUID), expiry: inventory.ExpiredDate}
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
	next := lease{session: string(inventory.UUID), expiry: inventory.ExpiredDate}
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

// InLogin reports whether a context is that of a login.
func InLogin(ctx context.Context) bool { return ctx.Value(loginKey{}) != nil }

// IsLogin reports whether a context is that of a login of this store. A nil store has none.
func (s *Store) IsLogin(ctx context.Context) bool { return s != nil && ctx.Value(loginKey{}) == s }

var (
	errLoginNeedsSession = errors.New("a login cannot call an action that needs the session it is to open")
	errLoginGone         = errors.New("the login function ended its goroutine")
)

// Get returns the session, logging in when there is none. Its errors are those of the
// login, ErrClosed and the context's end.
func (s *Store) Get(ctx context.Context) (string, error) {
	if s.IsLogin(ctx) {
		return "", errLoginNeedsSession
	}
	for {
		session, p, err := s.session(ctx)
		if p == nil {
			return session, err
		}
		select {
		case <-p.done:
			if !p.abandoned {
				return p.session, p.err
			}
		case <-ctx.Done():
			s.leaveLogin(p)
			return "", network.ContextError(ctx)
		}
	}
}

// session returns the session, or the login to wait for, which it begins if need be.
func (s *Store) session(ctx context.Context) (string, *pendingLogin, error) {
	if ctx.Err() != nil {
		return "", nil, network.ContextError(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return "", nil, s.ErrClosed
	}
	now := time.Now()
	if ends := s.lease.ends; !ends.IsZero() && !now.Before(ends) {
		s.forget()
	}
	if s.lease.session != "" {
		if at := s.lease.renewal; s.pending == nil && !at.IsZero() && !now.Before(at) {
			s.begin(ctx, s.lease)
		}
		return s.lease.session, nil, nil
	}
	if s.refused != nil && s.OnceRefused {
		return "", nil, s.refused
	}
	if s.pending == nil {
		s.begin(ctx, lease{})
	}
	s.pending.waiters++
	return "", s.pending, nil
}

// leaveLogin stops to wait for a login, which ends when nobody waits for it any more.
func (s *Store) leaveLogin(p *pendingLogin) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.waiters--; p.waiters == 0 {
		p.abandoned = true
		p.cancel()
	}
}

// begin begins a login, or the renewal of a session; s.mu is held. It outlives
// the call that began it, since others wait too or nobody does, so it gets that
// call's values but not its end.
func (s *Store) begin(ctx context.Context, old lease) {
	ctx = context.WithValue(context.WithoutCancel(ctx), loginKey{}, s)
	cancel := context.CancelFunc(nil)
	if old.session == "" {
		ctx, cancel = context.WithCancel(ctx)
	} else {
		ctx, cancel = context.WithTimeout(ctx, renewalLimit)
	}
	p := &pendingLogin{done: make(chan struct{}), cancel: cancel, renews: old.session != ""}
	s.pending, s.tried = p, true
	go s.run(ctx, p, old)
}

// run logs in, or renews a session.
func (s *Store) run(ctx context.Context, p *pendingLogin, old lease) {
	// The login function is the caller's code and can end its goroutine.
	next, err := lease{}, errLoginGone
	defer func() {
		p.cancel()
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
		if next, err = s.extend(ctx, old); err == nil || ctx.Err() != nil || !s.IsRefusal(err) {
			return
		}
		err = errLoginGone
	}
	next, err = s.open(ctx)
}

// finish notes what came of a login or a renewal; s.mu is held.
func (s *Store) finish(p *pendingLogin, old, next lease, err error) {
	s.pending = nil
	p.session, p.err = next.session, err
	// A session that was dropped while it was renewed stays so.
	if next.session != "" && (next.session != old.session || s.lease.session == old.session) {
		p.abandoned = false
		s.lease, s.refused = next, nil
		return
	}
	if errors.Is(err, types.IDAuthenticationError) {
		s.refused = err
	}
	switch {
	case old.session == "" || s.lease.session != old.session:
		s.lease = lease{}
	case s.refused != nil:
		s.lease.renewal = time.Time{} // it is good until its end
	default:
		s.lease.renewal = time.Now().Add(renewalPause)
	}
}

// extend renews a session. What the caller's transport throws must not end the program
// from a goroutine that nobody can guard.
func (s *Store) extend(ctx context.Context, old lease) (l lease, err error) {
	defer func() {
		if r := recover(); r != nil {
			l, err = lease{}, fmt.Errorf("the renewal panicked: %v", r)
		}
	}()
	inventory, err := s.Renew(ctx, old.session)
	if err != nil {
		return lease{}, err
	}
	return old.renewed(inventory), nil
}

// open logs in once. A login function is the caller's code: what it throws must
// not end the program from a goroutine that nobody can guard.
func (s *Store) open(ctx context.Context) (l lease, err error) {
	defer func() {
		if r := recover(); r != nil {
			l, err = lease{}, fmt.Errorf("the login function panicked: %v", r)
		}
	}()
	began := time.Now()
	inventory, err := s.Login(ctx)
	if err != nil {
		return lease{}, err
	}
	if err := Check(inventory); err != nil {
		return lease{}, err
	}
	return newLease(inventory, began), nil
}

// Check refuses what is not a session.
func Check(inventory *types.SessionInventory) error {
	switch {
	case inventory == nil || inventory.UUID == "":
		return errors.New("the login returned no session")
	case !network.FitsHeader(string(inventory.UUID)):
		return errors.New("the login returned a session that is not valid in a header")
	}
	return nil
}

// ForPoll returns the session for a poll, which goes without one as well: a login
// that fails is no reason to lose sight of a job, and none to log in by the dozen.
// So only the first login is begun for a poll, and not waited for any longer than a
// poll may take.
func (s *Store) ForPoll(ctx context.Context, patience time.Duration) string {
	s.mu.Lock()
	session, tried := s.lease.session, s.tried
	s.mu.Unlock()
	if session == "" && !tried {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		session, _ = s.Get(ctx)
	}
	return session
}

// Drop forgets a session that the server no longer knows.
func (s *Store) Drop(session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lease.session == session {
		s.forget()
	}
}

// forget forgets the session and with it a renewal under way; s.mu is held.
func (s *Store) forget() {
	s.lease = lease{}
	if p := s.pending; p != nil && p.renews {
		p.abandoned = true
		p.cancel()
	}
}

// leave logs out of a session that nobody waits for.
func (s *Store) leave(ctx context.Context, session string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTimeout)
	defer cancel()
	defer func() { _ = recover() }() // as little as of errors is anybody left to tell of what the transport throws
	_ = s.Logout(ctx, session)
}

// Close ends logging in and returns the session to log out of, if there is one.
// It waits for a login under way, which it cancels. When the context ends before
// that, the session is logged out of as soon as it is there.
func (s *Store) Close(ctx context.Context) (string, error) {
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
	session := s.lease.session
	s.lease = lease{}
	if s.left = s.pending != nil; s.left && session == "" {
		return "", network.ContextError(ctx)
	}
	return session, nil
}
