package types

// An ErrorCode is how the server reports what went wrong: a code for programs, a
// description of what the code means in general, the details of this case, and
// the errors behind it. It is an error value; the codes and causes of the whole
// chain are found by [errors.Is] and [errors.As].
//
// Which members an error has depends on the release and on what failed; an error
// without a code exists. One member that is of another shape than its field keeps
// no other from being read.
type ErrorCode struct {
	// Code tells programs what went wrong. It can be empty.
	Code Code `json:"code,omitzero"`
	// GlobalErrorCode is a finer code, of the form "ORG_ZSTACK_A_10001", which only
	// newer servers send.
	GlobalErrorCode string `json:"globalErrorCode,omitzero"`
	// Description says what the code means, whatever the case.
	Description string `json:"description,omitzero"`
	// Details says what happened this time, in English or in the language that the
	// server is set to.
	Details string `json:"details,omitzero"`
	// I18nDetails are the details once more: where the server is set to another
	// language than English, one of the two is in that language. Only newer servers
	// send them.
	I18nDetails string `json:"i18nDetails,omitzero"`
	// Messages are what the server's catalogue of known errors says of this one, where
	// it has it: "message_en" in English, "message_cn" in Chinese.
	Messages map[string]any `json:"messages,omitzero"`
	// Elaboration is the server's advice to an administrator, where it has some.
	Elaboration string `json:"elaboration,omitzero"`
	// Location is the place in the server's code that reported the error.
	Location string `json:"location,omitzero"`
	// Cost says how long the server worked before it failed.
	Cost string `json:"cost,omitzero"`
	// Opaque holds further facts, which depend on the code. On newer servers what an
	// agent on a host said is here and nowhere else, under "response.error".
	Opaque map[string]any `json:"opaque,omitzero"`
	// Cause is the error that led to this one.
	Cause *ErrorCode `json:"cause,omitzero"`
	// Causes are the errors that led to this one, where there was more than one.
	Causes []ErrorCode `json:"causes,omitzero"`
	// Others are the members that no field above is for, and those of another shape
	// than their field, by name.
	Others map[string]any `json:"-"`

	concrete any
}

// all iterates over the direct causes.
func (e *ErrorCode) all() func(yield func(*ErrorCode) bool) {
	return func(yield func(*ErrorCode) bool) {
		if e.Cause != nil && !yield(e.Cause) {
			return
		}
		for i := range e.Causes {
			if !yield(&e.Causes[i]) {
				return
			}
		}
	}
}

// Unwrap returns the direct causes.
func (e *ErrorCode) Unwrap() []error {
	if e == nil {
		return nil
	}
	var list []error
	for cause := range e.all() {
		list = append(list, cause)
	}
	return list
}

// Is reports whether target is this error's own [Code]; the codes of its causes
// are left to [errors.Is].
func (e *ErrorCode) Is(target error) bool {
	code, ok := target.(Code)
	return ok && e != nil && e.Code == code
}
