dnl SPDX-License-Identifier: GPL-2.0-or-later
dnl XR_WARNINGS(VARIABLE, FLAGS): those of FLAGS that the compiler takes.
AC_DEFUN([XR_WARNINGS], [
	$1=
	for xr_flag in m4_normalize([$2]); do
		xr_saved=$CFLAGS
		CFLAGS="$CFLAGS -Werror $xr_flag"
		AC_MSG_CHECKING([whether the compiler takes $xr_flag])
		AC_COMPILE_IFELSE([AC_LANG_SOURCE([[int main(void) { return 0; }]])],
			[AC_MSG_RESULT([yes]); $1="$$1 $xr_flag"], [AC_MSG_RESULT([no])])
		CFLAGS=$xr_saved
	done
	AC_SUBST([$1])
])
