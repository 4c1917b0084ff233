// The page `/history`.
import '../base/base.css';
import '../base/kit.css';
import '../base/sheet.css';
import '../hub/hub.css';
import './engage-history';
import '../hub/engage-games';
import { openPage } from '../hub/start';

openPage();
