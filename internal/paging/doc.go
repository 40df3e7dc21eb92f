// Package paging reads the rows of a query page after page: by the key of the last row, or
// by offset, and in parts where a list in its conditions is too long for a URL. To make the
// calls is for the caller.
package paging
