# Types for the compiled form of cbor_read.py; plain Python does not read this file.
cimport cython

@cython.locals(reader=Reader)
cpdef list read_each(object raws, int depth, Py_ssize_t most, object embedded, object text)

@cython.final
cdef class Reader:
    cdef bytes raw
    cdef Py_ssize_t position
    cdef unsigned long long argument
    cdef Py_ssize_t left
    cdef object embedded
    cdef object text

    cdef object only(self, bytes raw, int depth, Py_ssize_t most)

    @cython.locals(first=cython.int, short=cython.int)
    cdef int head(self) except -1

    @cython.locals(size=Py_ssize_t, offset=Py_ssize_t, argument=cython.ulonglong)
    cdef int read_argument(self, int short) except -1

    @cython.locals(kind=cython.int)
    cdef object item(self, int depth)

    cdef object scalar(self, int kind)

    @cython.locals(number=object)
    cdef object negative(self)

    @cython.locals(start=Py_ssize_t)
    cdef bytes content(self)

    cdef object simple(self)

    @cython.locals(count=cython.ulonglong)
    cdef object array(self, int depth)

    @cython.locals(count=cython.ulonglong, members=dict)
    cdef object map(self, int depth)

    @cython.locals(kind=cython.int)
    cdef object key(self)

    @cython.locals(kind=cython.int, tag=cython.ulonglong, start=Py_ssize_t, content=bytes)
    cdef object tagged(self)
