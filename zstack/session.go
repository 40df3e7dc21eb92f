package zstack

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/zstack-go/zstack-go/types"
)

// sessions holds the session that a client logged in to. The first call that
// needs it logs in; the calls that come meanwhile wait for the same login.
type sessions struct {
	login func(ctx context.Context) (*types.SessionInventory, error)

	mu      sync.Mutex
	current string
	pending *pendingLogin
	closed  bool
}

// A pendingLogin is one login under way. It runs until it ends or nobody waits
// for it any more.
type pendingLogin struct {
	done      chan struct{} // closed when session and err are set
	cancel    context.CancelFunc
	waiters   int
	abandoned bool // nobody waits any more: it is to end, and its result does not count
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
		if err := ctx.Err(); err != nil {
			return "", err
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			return "", ErrClosed
		}
		if s.current != "" {
			defer s.mu.Unlock()
			return s.current, nil
		}
		if s.pending == nil {
			s.start(ctx)
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
			return "", ctx.Err()
		}
	}
}

// start begins a login; s.mu is held. The login outlives the call that began it
// when others wait too, so it gets that call's values but not its end.
func (s *sessions) start(ctx context.Context) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	p := &pendingLogin{done: make(chan struct{}), cancel: cancel}
	s.pending = p
	go func() {
		// The login function is the caller's code and can end its goroutine.
		session, err := "", errLoginGone
		defer func() {
			cancel()
			s.mu.Lock()
			p.session, p.err = session, err
			s.current, s.pending = session, nil
			if session != "" {
				p.abandoned = false
			}
			s.mu.Unlock()
			close(p.done)
		}()
		session, err = s.open(context.WithValue(ctx, loginKey{}, s))
	}()
}

// open logs in once. A login function is the caller's code: what it throws must
// not end the program from a goroutine that nobody can guard.
func (s *sessions) open(ctx context.Context) (session string, err error) {
	defer func() {
		if r := recover(); r != nil {
			session, err = "", fmt.Errorf("the login function panicked: %v", r)
		}
	}()
	inventory, err := s.login(ctx)
	switch {
	case err != nil:
		return "", err
	case inventory == nil || inventory.UUID == "":
		return "", errors.New("the login returned no session")
	case !fitsHeader(inventory.UUID):
		return "", errors.New("the login returned a session that no header can carry")
	}
	return inventory.UUID, nil
}

// drop forgets a session that the server no longer knows.
func (s *sessions) drop(session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == session {
		s.current = ""
	}
}

// close ends logging in and returns the session to log out of, if there is one.
// It waits for a login under way, which it cancels.
func (s *sessions) close(ctx context.Context) string {
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
	session := s.current
	s.current = ""
	return session
}
